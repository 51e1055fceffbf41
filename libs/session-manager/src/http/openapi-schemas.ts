import { openApi } from '@mcp/http'
import { envelopeSchemas, logLevels, toJsonSchema } from '@mcp/protocol'
import type { JsonSchema } from '@mcp/protocol'

import { bodySchemas } from './body-schemas.ts'

/** Returns the component schemas that do not depend on the catalogue. */
export function componentSchemas(): Record<string, JsonSchema> {
  const { newSession, interactionResponse } = bodySchemas()
  const timestamp = { type: 'string', format: 'date-time' }
  return {
    ...openApi.schemas(),
    Request: toJsonSchema(envelopeSchemas.request(), 'input'),
    Notification: toJsonSchema(envelopeSchemas.notification(), 'input'),
    NewSession: toJsonSchema(newSession, 'input'),
    InteractionResponse: toJsonSchema(interactionResponse, 'input'),
    InteractionRequired: {
      type: 'object',
      description: 'An operation that waits for a response of the user.',
      required: ['interactionId', 'kind', 'message', 'requestId', 'expiresAt'],
      properties: {
        interactionId: { type: 'string' },
        kind: {
          type: 'string',
          description: '"approval", "elicitation", "sampling", "roots" or a kind of the server.',
        },
        message: { type: 'string' },
        schema: { type: 'object', description: 'JSON Schema of the content of the response.' },
        url: { type: 'string', description: 'URL that the user opens, in place of a form.' },
        sampling: {
          type: 'object',
          description: 'Params of "sampling/createMessage" of the Model Context Protocol.',
        },
        requestId: { type: 'string' },
        expiresAt: timestamp,
      },
    },
    LogMessage: {
      type: 'object',
      description: 'The data of a "log" event of a request.',
      required: ['requestId', 'level'],
      properties: {
        requestId: { type: 'string' },
        level: { enum: logLevels },
        data: {},
        logger: { type: 'string' },
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
