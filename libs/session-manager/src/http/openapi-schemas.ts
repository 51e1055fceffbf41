import { openApi } from '@mcp/http'
import { envelopeSchemas, toJsonSchema } from '@mcp/protocol'
import type { JsonSchema } from '@mcp/protocol'

import { bodySchemas } from './body-schemas.ts'

/** Returns the component schemas that do not depend on the catalogue. */
export function componentSchemas(): Record<string, JsonSchema> {
  const { newSession, interactionResponse, modelCall, newServer, approval } = bodySchemas()
  const timestamp = { type: 'string', format: 'date-time' }
  return {
    ...openApi.schemas(),
    ...catalogueSchemas(),
    Request: toJsonSchema(envelopeSchemas.request(), 'input'),
    Notification: toJsonSchema(envelopeSchemas.notification(), 'input'),
    NewSession: toJsonSchema(newSession, 'input'),
    InteractionResponse: toJsonSchema(interactionResponse, 'input'),
    ModelCall: toJsonSchema(modelCall, 'input'),
    NewServer: toJsonSchema(newServer, 'input'),
    ToolApproval: toJsonSchema(approval, 'input'),
    ActivityEntry: {
      type: 'object',
      required: ['seq', 'at', 'kind', 'id', 'operation', 'from'],
      properties: {
        seq: { type: 'integer' },
        at: timestamp,
        kind: { enum: ['request', 'response', 'notification', 'interaction', 'model'] },
        id: { type: 'string' },
        server: { type: 'string' },
        operation: { type: 'string' },
        from: { type: 'string' },
        status: { type: 'string' },
        durationMs: { type: 'number' },
        bytes: { type: 'integer' },
        preview: { type: 'string' },
        content: { description: 'The whole content. Only of a single entry.' },
      },
    },
    Session: {
      type: 'object',
      required: ['sessionId', 'clientId', 'createdAt', 'lastActivity', 'expiresAt', 'status'],
      properties: {
        sessionId: { type: 'string' },
        clientId: { type: 'string' },
        createdAt: timestamp,
        lastActivity: timestamp,
        expiresAt: timestamp,
        status: { const: 'active' },
        metadata: { type: 'object' },
      },
    },
  }
}

const string: JsonSchema = { type: 'string' }
const boolean: JsonSchema = { type: 'boolean' }
const anyObject: JsonSchema = { type: 'object', additionalProperties: true }
const strings: JsonSchema = { type: 'array', items: string }

/** Returns the schemas of the servers in the catalogue, which may have further fields. */
function catalogueSchemas(): Record<string, JsonSchema> {
  const { ref } = openApi
  return {
    Server: {
      type: 'object',
      required: ['name', 'source', 'version', 'routes', 'operations', 'notifications', 'health'],
      properties: {
        name: string,
        source: { ...string, description: 'Value of metadata.source in its responses.' },
        version: string,
        routes: { type: 'array', items: ref('ServerRoute') },
        operations: { type: 'array', items: ref('Operation') },
        notifications: {
          ...anyObject,
          description: 'JSON Schemas of the data of its notifications, by type.',
        },
        health: stateOf(['healthy', 'degraded', 'unhealthy'], {
          cause: { enum: ['unreachable', 'no-response'] },
          connection: anyObject,
        }),
        status: stateOf(['healthy', 'degraded', 'starting', 'unreachable', 'unknown'], {
          since: { type: 'string', format: 'date-time' },
        }),
      },
    },
    ServerRoute: {
      type: 'object',
      required: ['type', 'targetKey'],
      properties: { type: string, targetKey: string, targets: strings, prefix: string },
    },
    Operation: {
      type: 'object',
      required: ['type', 'targetKey', 'operation', 'title', 'description', 'paramsSchema'],
      properties: {
        type: { ...string, description: 'Type of the request envelope.' },
        targetKey: string,
        target: { ...string, description: 'Absent if the caller chooses the target.' },
        operation: string,
        title: string,
        description: string,
        paramsSchema: { ...anyObject, description: 'JSON Schema of payload.params.' },
        targetSchema: anyObject,
        targetRequired: boolean,
        resultSchema: anyObject,
        chunkSchema: anyObject,
        hints: {
          type: 'object',
          properties: Object.fromEntries(
            ['readOnly', 'idempotent', 'destructive', 'openWorld', 'interactive'].map((hint) => [
              hint,
              boolean,
            ]),
          ),
        },
        audience: { enum: ['model', 'user', 'operator'] },
        core: boolean,
        errors: strings,
        examples: {
          type: 'array',
          items: {
            type: 'object',
            required: ['params'],
            properties: { title: string, target: string, params: anyObject, result: {} },
          },
        },
      },
    },
  }
}

function stateOf(
  states: readonly string[],
  others: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  return {
    type: 'object',
    required: ['state'],
    properties: { state: { enum: states }, reason: string, ...others },
  }
}
