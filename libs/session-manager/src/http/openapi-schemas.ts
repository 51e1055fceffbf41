import { envelopeSchemas, errorCodes, toJsonSchema } from '@mcp/protocol'
import type { JsonSchema } from '@mcp/protocol'

import { bodySchemas } from './body-schemas.ts'

/** Returns the component schemas that do not depend on the catalogue. */
export function componentSchemas(): Record<string, JsonSchema> {
  const { newSession, interactionResponse } = bodySchemas()
  const timestamp = { type: 'string', format: 'date-time' }
  return {
    Error: {
      type: 'object',
      required: ['code', 'message', 'retryable'],
      properties: {
        code: { anyOf: [{ enum: Object.keys(errorCodes) }, { type: 'string', pattern: '^x-' }] },
        message: { type: 'string' },
        retryable: { type: 'boolean' },
        details: { type: 'object' },
      },
    },
    ErrorResponse: { type: 'object', required: ['error'], properties: { error: ref('Error') } },
    Request: toJsonSchema(envelopeSchemas.request(), 'input'),
    Response: {
      type: 'object',
      required: ['id', 'timestamp', 'status', 'metadata'],
      properties: {
        id: { type: 'string' },
        timestamp,
        status: { enum: ['success', 'error'] },
        data: { type: 'object' },
        error: ref('Error'),
        metadata: { type: 'object' },
      },
    },
    Notification: toJsonSchema(envelopeSchemas.notification(), 'input'),
    NewSession: toJsonSchema(newSession, 'input'),
    InteractionResponse: toJsonSchema(interactionResponse, 'input'),
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

/** Content of the media type `text/event-stream`. */
export const eventStream: JsonSchema = { 'text/event-stream': { schema: { type: 'string' } } }

/** Returns a reference to a component schema. */
export function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}

/** Returns content of the media type `application/json`. */
export function json(schema: JsonSchema): JsonSchema {
  return { 'application/json': { schema } }
}

export function responseOf(description: string, schema: JsonSchema): JsonSchema {
  return { description, content: json(schema) }
}

/** Returns the schema of a page of items. */
export function pageOf(key: string, item: JsonSchema): JsonSchema {
  const items = { type: 'array', items: item }
  return {
    type: 'object',
    required: [key],
    properties: { [key]: items, nextCursor: { type: 'string' } },
  }
}

export function queryParameter(name: string, type: string): JsonSchema {
  return { name, in: 'query', schema: { type } }
}
