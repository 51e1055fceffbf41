import { formatTimestamp } from '@mcp/protocol'
import type { approvalEdits } from '@mcp/contracts/sampling'
import { sampling } from '@mcp/contracts/sampling'
import * as z from 'zod'

import type { GeneratedResponse } from '../messages/generated-response.ts'
import { generatedResponseSchema } from '../messages/generated-response.ts'
import type { MessageRequest } from '../messages/message-request.ts'
import { previewOf } from './preview.ts'

/** A request that waits for approval before the model receives it, or a response before the caller does. */
export type PendingApproval = PendingRequest | PendingResponse

interface Pending {
  readonly approvalId: string
  readonly messageId: string
  readonly sessionId: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Expiry, in milliseconds since the epoch. An expired approval counts as rejected. */
  readonly expiresAt: number
  readonly request: MessageRequest
}

export interface PendingRequest extends Pending {
  readonly stage: 'request'
}

export interface PendingResponse extends Pending {
  readonly stage: 'response'
  readonly response: GeneratedResponse
}

/** Edits of the approving user. */
export type ApprovalEdits = z.output<ReturnType<typeof approvalEdits>>

/** Returns the schema of a stored approval. */
export const pendingApprovalSchema = () => {
  const pending = z.object({
    approvalId: z.string(),
    messageId: z.string(),
    sessionId: z.string(),
    createdAt: z.number(),
    expiresAt: z.number(),
    request: sampling.operations.createMessage.params,
  })
  return z.discriminatedUnion('stage', [
    pending.extend({ stage: z.literal('request') }),
    pending.extend({ stage: z.literal('response'), response: generatedResponseSchema() }),
  ])
}

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
