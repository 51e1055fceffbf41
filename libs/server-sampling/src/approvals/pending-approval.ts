import type { approvalEdits } from '@mcp/contracts/sampling'
import { sampling } from '@mcp/contracts/sampling'
import * as z from 'zod'

import type { GeneratedResponse } from '../messages/generated-response.ts'
import { generatedResponseSchema } from '../messages/generated-response.ts'
import type { MessageRequest } from '../messages/message-request.ts'

/**
 * A request that needs approval before the model receives it, or a response before the caller
 * receives it.
 */
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
