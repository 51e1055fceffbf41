import { formatTimestamp } from '@mcp/protocol'
import type { approvalEdits } from '@mcp/contracts/sampling'
import { sampling } from '@mcp/contracts/sampling'
import * as z from 'zod'

import type { GeneratedAnswer } from '../messages/generated-answer.ts'
import { generatedAnswerSchema } from '../messages/generated-answer.ts'
import type { MessageRequest } from '../messages/message-request.ts'
import { previewOf } from './preview.ts'

/** Something that waits for a person: a request before the model sees it, or its answer. */
export type PendingApproval = PendingRequest | PendingAnswer

interface Pending {
  readonly approvalId: string
  readonly messageId: string
  readonly sessionId: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** From when on silence counts as a no, in milliseconds since the epoch. */
  readonly expiresAt: number
  readonly request: MessageRequest
}

export interface PendingRequest extends Pending {
  readonly stage: 'request'
}

export interface PendingAnswer extends Pending {
  readonly stage: 'response'
  readonly answer: GeneratedAnswer
}

/** What a person changes while approving. */
export type ApprovalEdits = z.output<ReturnType<typeof approvalEdits>>

/** A pending approval as it is read from where it was kept. */
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
    pending.extend({ stage: z.literal('response'), answer: generatedAnswerSchema() }),
  ])
}

/** What `listPending` says of it. */
export function describeApproval(approval: PendingApproval) {
  const { approvalId, messageId, stage, request, createdAt, expiresAt } = approval
  const model = approval.stage === 'response' ? approval.answer.model : request.model
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

/** The question a person is asked on the session's stream. */
export function questionOf(approval: PendingApproval, now: number) {
  const { stage, request, expiresAt } = approval
  const asked = stage === 'request' ? 'Send this to a language model?' : 'Hand out this answer?'
  const purpose = request.purpose === undefined ? '' : ` Purpose: ${request.purpose}.`
  const text = (description: string) => ({ type: 'string', description })
  return {
    kind: 'approval',
    message: `${asked}${purpose}\n\n${previewOf(approval)}`,
    schema: {
      type: 'object',
      properties:
        stage === 'request'
          ? {
              prompt: text('In place of the last user text.'),
              system: text('In place of the instructions.'),
              maxTokens: { type: 'integer', minimum: 1, description: 'The longest answer.' },
              temperature: { type: 'number', minimum: 0, maximum: 2 },
            }
          : { text: text('In place of the text of the answer.') },
    },
    timeoutMs: Math.max(0, expiresAt - now),
  }
}
