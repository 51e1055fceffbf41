import type { HandlerContext, McpError } from '@mcp/protocol'

import type { PendingApproval } from '../approvals/pending-approval.ts'
import type { MessageRequest } from './message-request.ts'

/** A message that has not finished. It may outlive the call that started it. */
export interface OpenMessage {
  readonly messageId: string
  readonly sessionId: string | undefined
  /** Key of the caller. The message counts towards this caller's share of the open messages. */
  readonly callerKey: string
  readonly request: MessageRequest
  /** Estimated input tokens of the request, which count towards the limit on open messages. */
  readonly weight: number
  readonly signal: AbortSignal
  /** The approval that the message waits for, if any. */
  pending: PendingApproval | undefined
  cancel(reason: McpError): void
}

/** Functions of the call that started a message, available while the call is open. */
export interface MessageCaller {
  readonly ask?: HandlerContext['ask'] | undefined
  readonly onChunk?: ((chunk: ResponseChunk) => void) | undefined
}

/** A piece of the response, with the number of its attempt. */
export interface ResponseChunk {
  readonly text: string
  readonly attempt: number
}
