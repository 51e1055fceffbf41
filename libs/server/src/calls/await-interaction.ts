import type { Clock, InteractionResponse, InteractionRequest, RequestContext } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

export interface AwaitInteractionOptions {
  readonly clock: Clock
  /** Aborted when there is no use in an answer any more. */
  readonly signal: AbortSignal
}

/**
 * Puts a question to a person, and waits no longer than the question says.
 *
 * @throws McpError `unavailable` where nobody can be asked, `forbidden` where nobody answers in time.
 */
export async function awaitInteraction(
  ask: RequestContext['ask'],
  question: InteractionRequest,
  { clock, signal }: AwaitInteractionOptions,
): Promise<InteractionResponse> {
  if (ask === undefined) {
    throw new McpError(
      'unavailable',
      'This needs a person, and none can be reached through this call.',
      { retryable: false, details: { reason: 'no-person' } },
    )
  }
  signal.throwIfAborted()
  const { promise: refused, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  const { timeoutMs } = question
  const cancelTimer =
    timeoutMs === undefined ? () => {} : clock.after(timeoutMs, () => reject(approvalTimedOut()))
  try {
    return await Promise.race([ask(question), refused])
  } finally {
    cancelTimer()
    signal.removeEventListener('abort', stop)
  }
}

/** The error where nobody answered in time. */
export function approvalTimedOut(): McpError {
  return new McpError('forbidden', 'Nobody answered in time, so it was not done.', {
    details: { reason: 'approval-denied' },
  })
}
