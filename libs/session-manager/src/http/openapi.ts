import { envelopeSchemas, errorCodes, toJsonSchema } from '@mcp/protocol'
import type { JsonSchema } from '@mcp/protocol'

import { bodySchemas } from './bodies.ts'
import { describeOperations } from './openapi-operations.ts'
import type { RequestDispatcher } from '../requests/request-dispatcher.ts'

export interface OpenApiOptions {
  readonly basePath: string
  /** Whether callers have to say who they are. */
  readonly isAuthenticated: boolean
}

/** The OpenAPI 3.1 document: the calls as they are, and every operation of the catalogue. */
export function createOpenApi(dispatcher: RequestDispatcher, options: OpenApiOptions) {
  const { basePath, isAuthenticated } = options

  return async (): Promise<JsonSchema> => {
    const servers = await dispatcher.servers()
    const catalogue = describeOperations(servers.flatMap(({ operations }) => operations))
    return {
      openapi: '3.1.0',
      info: {
        title: 'Session manager',
        version: '1.0',
        description:
          'Sessions, requests that run once, and resumable event streams. Start with POST /sessions.',
      },
      servers: [{ url: basePath === '' ? '/' : basePath }],
      ...(isAuthenticated ? { security: [{ bearer: [] }] } : {}),
      paths: pathsOf(catalogue.request, catalogue.examples),
      components: {
        schemas: { ...sharedSchemas(), ...catalogue.schemas },
        responses: {
          Error: { description: 'What went wrong.', content: json(ref('ErrorReply')) },
        },
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          serviceToken: { type: 'apiKey', in: 'header', name: 'mcp-service-token' },
        },
      },
    }
  }
}

function sharedSchemas(): Record<string, JsonSchema> {
  const { session, answer } = bodySchemas()
  const error = {
    type: 'object',
    required: ['code', 'message', 'retryable'],
    properties: {
      code: { anyOf: [{ enum: Object.keys(errorCodes) }, { type: 'string', pattern: '^x-' }] },
      message: { type: 'string' },
      retryable: { type: 'boolean' },
      details: { type: 'object' },
    },
  }
  return {
    Error: error,
    ErrorReply: { type: 'object', required: ['error'], properties: { error: ref('Error') } },
    Request: toJsonSchema(envelopeSchemas.request(), 'input'),
    Response: {
      type: 'object',
      required: ['id', 'timestamp', 'status', 'metadata'],
      properties: {
        id: { type: 'string' },
        timestamp: { type: 'string', format: 'date-time' },
        status: { enum: ['success', 'error'] },
        data: { type: 'object' },
        error: ref('Error'),
        metadata: { type: 'object' },
      },
    },
    Notification: toJsonSchema(envelopeSchemas.notification(), 'input'),
    NewSession: toJsonSchema(session, 'input'),
    InteractionAnswer: toJsonSchema(answer, 'input'),
    Session: {
      type: 'object',
      required: ['sessionId', 'clientId', 'createdAt', 'lastActivity', 'expiresAt', 'status'],
      properties: {
        sessionId: { type: 'string' },
        clientId: { type: 'string' },
        createdAt: { type: 'string', format: 'date-time' },
        lastActivity: { type: 'string', format: 'date-time' },
        expiresAt: { type: 'string', format: 'date-time' },
        status: { const: 'active' },
        metadata: { type: 'object' },
      },
    },
  }
}

function pathsOf(request: JsonSchema, examples: Readonly<Record<string, unknown>>) {
  const sessionId = pathParameter('sessionId')
  const requestContent = { 'application/json': { schema: request, examples } }
  return {
    '/sessions': {
      post: call('openSession', 'Open a session', {
        body: json(ref('NewSession')),
        answers: { 201: answer('The session.', ref('Session')) },
      }),
      get: call('listSessions', 'List the sessions of the caller', {
        parameters: [queryParameter('limit', 'integer'), queryParameter('cursor', 'string')],
        answers: { 200: answer('A page of sessions.', pageOf('sessions', ref('Session'))) },
      }),
    },
    '/sessions/{sessionId}': {
      parameters: [sessionId],
      get: call('readSession', 'Read a session', {
        answers: { 200: answer('The session.', ref('Session')) },
      }),
      delete: call('closeSession', 'Close a session', { answers: { 204: done } }),
    },
    '/sessions/{sessionId}/requests': {
      parameters: [sessionId],
      post: call('request', 'Make a request', {
        description:
          'Repeating a request under its id never runs it twice. With Accept: text/event-stream its progress and chunks come first.',
        body: requestContent,
        answers: {
          200: {
            description: 'The answer.',
            content: { ...json(ref('Response')), ...eventStream },
          },
        },
      }),
    },
    '/sessions/{sessionId}/requests/{requestId}': {
      parameters: [sessionId, pathParameter('requestId')],
      delete: call('cancelRequest', 'Cancel a request', { answers: { 204: done } }),
    },
    '/sessions/{sessionId}/events': {
      parameters: [sessionId],
      get: call('readEvents', 'Follow what happens', {
        description: 'A stream of notifications, resumable from the id of any of them.',
        parameters: [
          { name: 'last-event-id', in: 'header', schema: { type: 'string' } },
          queryParameter('lastEventId', 'string'),
        ],
        answers: { 200: { description: 'The notifications.', content: eventStream } },
      }),
    },
    '/sessions/{sessionId}/notifications': {
      parameters: [sessionId],
      post: call('notifySession', 'Publish a notification to the session', {
        body: json(ref('Notification')),
        answers: { 202: answer('It is in the log.', { type: 'object' }) },
      }),
    },
    '/sessions/{sessionId}/interactions/{interactionId}': {
      parameters: [sessionId, pathParameter('interactionId')],
      post: call('answerInteraction', 'Answer what waits for a person', {
        body: json(ref('InteractionAnswer')),
        answers: { 204: done },
      }),
    },
    '/notifications': {
      post: {
        ...call('notifyAll', 'Publish a notification to every session', {
          body: json(ref('Notification')),
          answers: { 202: answer('It is in the log.', { type: 'object' }) },
        }),
        security: [{ serviceToken: [] }],
      },
    },
    '/servers': {
      get: call('listServers', 'List the servers and what they can do', {
        answers: { 200: answer('The catalogue.', pageOf('servers', { type: 'object' })) },
      }),
    },
    '/health': { get: probe('isAlive', 'Whether the process answers') },
    '/ready': { get: probe('isReady', 'Whether it takes requests') },
    '/metrics': {
      get: call('readMetrics', 'Read the counters', {
        answers: {
          200: {
            description: 'The counters, as Prometheus reads them.',
            content: { 'text/plain': { schema: { type: 'string' } } },
          },
        },
      }),
    },
  }
}

interface CallFacts {
  readonly description?: string
  readonly parameters?: readonly JsonSchema[]
  readonly body?: JsonSchema
  readonly answers: Readonly<Record<number, JsonSchema>>
}

function call(operationId: string, summary: string, facts: CallFacts): JsonSchema {
  const { description, parameters, body, answers } = facts
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { content: body } }),
    responses: { ...answers, default: { $ref: '#/components/responses/Error' } },
  }
}

function probe(operationId: string, summary: string): JsonSchema {
  const facts = call(operationId, summary, { answers: { 200: answer('Yes.', { type: 'object' }) } })
  return { ...facts, security: [] }
}

const done = { description: 'Done.' }
const eventStream = { 'text/event-stream': { schema: { type: 'string' } } }

function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}

function json(schema: JsonSchema): JsonSchema {
  return { 'application/json': { schema } }
}

function answer(description: string, schema: JsonSchema): JsonSchema {
  return { description, content: json(schema) }
}

function pageOf(key: string, item: JsonSchema): JsonSchema {
  const items = { type: 'array', items: item }
  return {
    type: 'object',
    required: [key],
    properties: { [key]: items, nextCursor: { type: 'string' } },
  }
}

function pathParameter(name: string): JsonSchema {
  return { name, in: 'path', required: true, schema: { type: 'string' } }
}

function queryParameter(name: string, type: string): JsonSchema {
  return { name, in: 'query', schema: { type } }
}
