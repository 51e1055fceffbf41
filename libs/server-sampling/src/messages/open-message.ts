import type { HandlerContext, McpError } from '@mcp/protocol'

import type { PendingApproval } from '../approvals/pending-approval.ts'
import type { AnswerChunk } from './generate-answer.ts'
import type { MessageRequest } from './message-request.ts'

/** A message on its way to its answer; it may outlive the call that began it. */
export interface OpenMessage {
  readonly messageId: string
  readonly sessionId: string | undefined
  readonly request: MessageRequest
  /** What it takes in the server's memory, by the tokens of its request. */
  readonly weight: number
  readonly signal: AbortSignal
  /** What it waits for now, if it waits for a person. */
  pending: PendingApproval | undefined
  cancel(reason: McpError): void
}

/** What the call that began a message can do for it, as long as it waits. */
export interface MessageCaller {
  readonly ask?: HandlerContext['ask'] | undefined
  readonly onChunk?: ((chunk: AnswerChunk) => void) | undefined
}
