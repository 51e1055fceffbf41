import { formatTimestamp } from '@mcp/protocol'

import type { PendingApproval } from './pending-approval.ts'
import { previewOf } from './preview.ts'

/** Returns the item of `listPending` for an approval. */
export function describeApproval(approval: PendingApproval) {
  const { approvalId, messageId, stage, request, createdAt, expiresAt } = approval
  const model = approval.stage === 'response' ? approval.response.model : request.model
  return {
    approvalId,
    messageId,
    stage,
    ...(request.purpose === undefined ? {} : { purpose: request.purpose }),
    ...(model === undefined ? {} : { model }),
    preview: previewOf(approval),
    createdAt: formatTimestamp(createdAt),
    expiresAt: formatTimestamp(expiresAt),
  }
}

/** Returns the interaction that requests the approval on the session's stream. */
export function toInteraction(approval: PendingApproval, now: number) {
  const { stage, request, expiresAt } = approval
  const question = stage === 'request' ? 'Send this to a language model?' : 'Release this response?'
  const purpose = request.purpose === undefined ? '' : ` Purpose: ${request.purpose}.`
  const text = (description: string) => ({ type: 'string', description })
  return {
    kind: 'approval',
    message: `${question}${purpose}\n\n${previewOf(approval)}`,
    schema: {
      type: 'object',
      properties:
        stage === 'request'
          ? {
              prompt: text('Replaces the last user text.'),
              system: text('Replaces the instructions.'),
              maxTokens: {
                type: 'integer',
                minimum: 1,
                description: 'Maximum length of the response.',
              },
              temperature: { type: 'number', minimum: 0, maximum: 2 },
            }
          : { text: text('Replaces the text of the response.') },
    },
    timeoutMs: Math.max(0, expiresAt - now),
  }
}
