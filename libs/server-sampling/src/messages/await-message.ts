import type { Clock, HandlerContext } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { MessageResult, PendingResult } from './message-request.ts'
import type { RunningMessage } from './message-runner.ts'

export interface AwaitOptions {
  readonly clock: Clock
  /** Receives unexpected errors that occur after the caller has received `pending`. */
  readonly onError: (error: McpError) => void
}

type Caller = Pick<HandlerContext, 'signal' | 'deadline' | 'sessionId'>

/**
 * Returns the result of a message, or `pending` shortly before the caller's deadline. A pending
 * message continues after the deadline. If the caller cancels, the message ends.
 */
export async function awaitMessage(
  { message, result }: RunningMessage,
  { signal, deadline, sessionId }: Caller,
  { clock, onError }: AwaitOptions,
): Promise<MessageResult | PendingResult> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>()
  // Without a session, `pending` is never returned, because the caller could not fetch the result later.
  const stopTimer =
    sessionId === undefined
      ? () => {}
      : clock.after(waitMs(deadline - clock.now()), () => resolve('late'))
  const cancelMessage = (): void => {
    if (endsMessage(signal.reason, sessionId)) message.cancel(McpError.from(signal.reason))
  }
  signal.addEventListener('abort', cancelMessage, { once: true })
  if (signal.aborted) cancelMessage()
  try {
    const first = await Promise.race([result, late])
    if (first !== 'late') return first
  } finally {
    stopTimer()
    signal.removeEventListener('abort', cancelMessage)
  }
  result.catch((error: unknown) => {
    if (McpError.is(error) && error.code === 'internal') onError(error)
  })
  const { messageId, pending } = message
  return {
    status: 'pending',
    messageId,
    ...(pending === undefined ? {} : { interactionId: pending.approvalId }),
  }
}

/**
 * Returns the time after which `pending` is returned. It is shorter than the remaining time, because the
 * response needs time to reach the caller through at most two processes.
 */
function waitMs(remainingMs: number): number {
  const marginMs = Math.min(1000, Math.max(25, remainingMs / 10))
  return remainingMs - marginMs
}

/**
 * Whether the message ends if the call that started it is aborted for this reason. In a session, a
 * message continues after a deadline (`timeout`) and after a shutdown of the server (`unavailable`).
 */
function endsMessage(reason: unknown, sessionId: string | undefined): boolean {
  if (sessionId === undefined || !McpError.is(reason)) return true
  return reason.code !== 'unavailable' && reason.code !== 'timeout'
}
