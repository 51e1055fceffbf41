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
