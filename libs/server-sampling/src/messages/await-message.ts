import type { Clock, HandlerContext } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { MessageResult, PendingResult } from './message-request.ts'
import type { RunningMessage } from './message-runner.ts'

export interface AwaitOptions {
  readonly clock: Clock
  /** Told of a failure that nobody expected, where no caller is left to be told. */
  readonly onError: (error: McpError) => void
}

type Caller = Pick<HandlerContext, 'signal' | 'deadline' | 'sessionId'>

/**
 * The answer of a message, or `pending` a little before the caller's deadline: the message then goes
 * on without it. A caller that cancels ends the message.
 */
export async function awaitMessage(
  { message, result }: RunningMessage,
  { signal, deadline, sessionId }: Caller,
  { clock, onError }: AwaitOptions,
): Promise<MessageResult | PendingResult> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>()
  const remainingMs = deadline - clock.now()
  // Without a session, nobody could fetch the outcome.
  const stopTimer =
    sessionId === undefined
      ? () => {}
      : clock.after(remainingMs - marginOf(remainingMs), () => resolve('late'))
  const leave = (): void => {
    if (endsMessage(signal.reason, sessionId)) message.cancel(McpError.from(signal.reason))
  }
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  try {
    const first = await Promise.race([result, late])
    if (first !== 'late') return first
  } finally {
    stopTimer()
    signal.removeEventListener('abort', leave)
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

/** How long before the deadline the answer is on its way: it passes two processes at most. */
const marginOf = (remainingMs: number): number => Math.min(1000, Math.max(25, remainingMs / 10))

/** A restart and a deadline end the call alone: what waits for a person outlasts both. */
function endsMessage(reason: unknown, sessionId: string | undefined): boolean {
  if (sessionId === undefined || !McpError.is(reason)) return true
  return reason.code !== 'unavailable' && reason.code !== 'timeout'
}
