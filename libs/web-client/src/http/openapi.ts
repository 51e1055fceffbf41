import { openApi } from '@mcp/http'
import { toJsonSchema } from '@mcp/protocol'
import type { JsonSchema } from '@mcp/protocol'
import {
  activityEntry,
  activityPage,
  currentSessionBody,
  discoveredProviders,
  executeBody,
  interactionBody,
  modelList,
  processBody,
  providerBody,
  providerState,
  requestBody,
  sessionBody,
  sessionInfo,
  sessionList,
  testBody,
  testResult,
} from '@mcp/protocol/rest'

import { conversationAndRunCalls } from '../conversations/openapi-calls.ts'
import { savedCallCalls } from '../saved-calls/openapi-calls.ts'
import { serverCalls } from '../servers/openapi-calls.ts'
import { responseWith } from './openapi-call.ts'
import type { OpenApiCall } from './openapi-call.ts'

const {
  eventStream,
  json,
  license,
  pageOf,
  pathParameters,
  queryParameter,
  ref,
  responseOf,
  responses,
} = openApi

const envelope = responseOf('The response.', ref('Response'))
const session = responseWith('The session.', sessionInfo)

const calls: readonly OpenApiCall[] = [
  {
    path: '/process',
    method: 'post',
    id: 'process',
    summary: 'Run a prompt',
    body: processBody,
    example: { prompt: 'What is 12 * 12?' },
    responses: { 200: { ...envelope, content: { ...json(ref('Response')), ...eventStream } } },
  },
  {
    path: '/tools/execute',
    method: 'post',
    id: 'executeTool',
    summary: 'Run a tool',
    body: executeBody,
    example: { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } },
    responses: { 200: envelope },
  },
  {
    path: '/requests',
    method: 'post',
    id: 'request',
    summary: 'Send a request to a server',
    body: requestBody,
    example: { type: 'root-operation', payload: { operation: 'listRoots' } },
    responses: { 200: { ...envelope, content: { ...json(ref('Response')), ...eventStream } } },
  },
  {
    path: '/requests/{id}',
    method: 'delete',
    id: 'cancelRequest',
    summary: 'Cancel a request',
    responses: { 204: { description: 'The request is cancelled, or it has ended.' } },
  },
  ...savedCallCalls,
  {
    path: '/servers',
    method: 'get',
    id: 'listServers',
    summary: 'List the servers and their operations',
    responses: { 200: responseOf('The catalogue.', pageOf('servers', { type: 'object' })) },
  },
  ...serverCalls,
  {
    path: '/policy/explain',
    method: 'get',
    id: 'explainPolicy',
    summary: 'Explain why the policy allows or denies an operation',
    responses: { 200: responseOf('The outcome and its reasons.', { type: 'object' }) },
  },
  {
    path: '/sessions',
    method: 'post',
    id: 'openSession',
    summary: 'Open a session',
    body: sessionBody,
    example: { clientId: 'my-client' },
    responses: { 201: session },
  },
  {
    path: '/sessions',
    method: 'get',
    id: 'listSessions',
    summary: 'List the sessions of the caller',
    responses: { 200: responseWith('The sessions.', sessionList) },
  },
  {
    path: '/sessions/current',
    method: 'put',
    id: 'switchSession',
    summary: 'Make another session the current session of the browser',
    body: currentSessionBody,
    example: { handle: 'the handle' },
    responses: { 200: session },
  },
  {
    path: '/sessions/{handle}',
    method: 'delete',
    id: 'closeSessionByHandle',
    summary: 'Close a session of the caller',
    responses: { 204: { description: 'The session is closed.' } },
  },
  {
    path: '/sessions/current',
    method: 'get',
    id: 'readSession',
    summary: 'Read the session of the caller',
    responses: { 200: session },
  },
  {
    path: '/sessions/current',
    method: 'delete',
    id: 'closeSession',
    summary: 'Close the session of the caller',
    responses: { 204: { description: 'The session is closed.' } },
  },
  {
    path: '/interactions/{interactionId}',
    method: 'post',
    id: 'respondToInteraction',
    summary: 'Respond to an interaction',
    body: interactionBody,
    example: { action: 'accept' },
    responses: { 204: { description: 'The interaction is resolved.' } },
  },
  {
    path: '/events',
    method: 'get',
    id: 'readEvents',
    summary: 'Stream the notifications of the session',
    responses: { 200: { description: 'The notifications.', content: eventStream } },
  },
  {
    path: '/models',
    method: 'get',
    id: 'listModels',
    summary: 'List the language models by their providers',
    responses: { 200: responseWith('The models.', modelList) },
  },
  {
    path: '/providers/{id}',
    method: 'put',
    id: 'configureProvider',
    summary: 'Set the key, the address or the default model of a provider',
    body: providerBody,
    example: { key: 'the key' },
    responses: { 200: responseWith('The state of the provider.', providerState) },
  },
  {
    path: '/providers/{id}/test',
    method: 'post',
    id: 'testProvider',
    summary: 'Test a provider with a small call of a model',
    body: testBody,
    example: {},
    responses: { 200: responseWith('The result of the call.', testResult) },
  },
  {
    path: '/providers/discover',
    method: 'post',
    id: 'discoverProviders',
    summary: 'Find local model servers at their usual ports',
    responses: { 200: responseWith('The model servers.', discoveredProviders) },
  },
  ...conversationAndRunCalls,
  {
    path: '/activity',
    method: 'get',
    id: 'readActivity',
    summary: 'Read or stream the activity of the session, or of the session of a conversation',
    parameters: [
      queryParameter('conversation', 'string'),
      queryParameter('cursor', 'string'),
      queryParameter('limit', 'integer'),
    ],
    responses: {
      200: {
        description: 'A page of entries, or a stream with "Accept: text/event-stream".',
        content: { ...json(toJsonSchema(activityPage, 'output')), ...eventStream },
      },
    },
  },
  {
    path: '/activity/{seq}',
    method: 'get',
    id: 'readActivityEntry',
    summary: 'Read an entry of the activity with its whole content',
    parameters: [queryParameter('conversation', 'string')],
    responses: { 200: responseWith('The entry.', activityEntry) },
  },
  {
    path: '/stream',
    method: 'get',
    id: 'stream',
    summary: 'Stream notifications, runs, activity and pending decisions on one connection',
    parameters: ['session', 'runs', 'activity', 'pending'].map((name) =>
      queryParameter(name, 'string'),
    ),
    responses: {
      200: {
        description: 'The events. Each id has the positions of all sources.',
        content: eventStream,
      },
    },
  },
  {
    path: '/openapi.json',
    method: 'get',
    id: 'readOpenApi',
    summary: 'Read this document',
    responses: { 200: responseOf('This document.', { type: 'object' }) },
  },
  {
    path: '/health',
    method: 'get',
    id: 'isAlive',
    summary: 'Check whether the process responds',
    responses: { 200: responseOf('The process responds.', { type: 'object' }) },
    isPublic: true,
  },
  {
    path: '/ready',
    method: 'get',
    id: 'isReady',
    summary: 'Check whether the service accepts requests',
    responses: { 200: responseOf('The service accepts requests.', { type: 'object' }) },
    isPublic: true,
  },
]

export interface OpenApiOptions {
  /** URL of the service, such as `/` or `/mcp`. */
  readonly url: string
  /** Whether callers must authenticate. */
  readonly isAuthenticated: boolean
}

/** Returns the OpenAPI 3.1 document of the REST API. */
export function createOpenApi({ url, isAuthenticated }: OpenApiOptions): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const call of calls) {
    const item = (paths[call.path] ??= { parameters: pathParameters(call.path) })
    item[call.method] = describeCall(call)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Client',
      version: '1.0',
      description:
        'Prompts and requests. The session of a caller is in a cookie or in X-Session-Id.',
      license,
    },
    servers: [{ url }],
    security: isAuthenticated ? [{ bearer: [] }] : [],
    paths,
    components: {
      schemas: openApi.schemas(),
      responses: { Error: responseOf('An error.', ref('ErrorResponse')) },
      ...(isAuthenticated
        ? { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } }
        : {}),
    },
  }
}

function describeCall(call: OpenApiCall): JsonSchema {
  const { id, summary, body, parameters, example, isPublic = false } = call
  const content =
    body === undefined
      ? {}
      : { 'application/json': { schema: toJsonSchema(body, 'input'), example } }
  return {
    operationId: id,
    summary,
    ...(parameters === undefined ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content } }),
    responses: responses(call.responses),
    ...(isPublic ? { security: [] } : {}),
  }
}
