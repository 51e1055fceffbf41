import { maxTimeoutMs, McpError } from '@mcp/protocol'

import type { Link } from './transport.ts'
import { backOff, orAborted, wait } from './wait.ts'

/** What is repeated, and within which bounds. */
export interface PersistOptions {
  /** Names the work in messages. */
  readonly what: string
  readonly signal?: AbortSignal | undefined
  /** Default: the link's. */
  readonly timeoutMs?: number | undefined
  /** How many times a failed attempt is repeated. Default: the link's. */
  readonly retries?: number | undefined
  /** Told when the caller cancels or the time is up. */
  readonly onGivenUp?: (() => void) | undefined
}

/** What one attempt is told. */
export interface Attempt {
  /** Abort it with an error to end everything with that error. */
  readonly stop: AbortController
  /** What is left of the time limit. */
  readonly leftMs: number
}

const pace = { baseMs: 200, maxMs: 5000 }

// The other side has the same limit and the better answer; ours is for when it says nothing.
const graceMs = 2000

/**
 * Repeats what fails with a retryable error until it works, the time is up, the tries are used up,
 * or the caller cancels. Give it only work that is safe to repeat.
 */
export async function persist<Result>(
  { clock, ...defaults }: Link,
  attempt: (attempt: Attempt) => Promise<Result>,
  { what, signal, onGivenUp, ...options }: PersistOptions,
): Promise<Result> {
  const { timeoutMs = defaults.timeoutMs, retries = defaults.retries } = options
  const stop = new AbortController()
  const cancel = (): void =>
    stop.abort(new McpError('cancelled', `${what} was cancelled.`, { cause: signal?.reason }))
  if (signal?.aborted === true) cancel()
  stop.signal.throwIfAborted()

  const limitMs = Math.min(timeoutMs, maxTimeoutMs)
  const deadline = clock.now() + limitMs
  const disarm = clock.after(limitMs + graceMs, () =>
    stop.abort(new McpError('timeout', `${what} took longer than ${limitMs} ms.`)),
  )
  signal?.addEventListener('abort', cancel)
  try {
    for (let failures = 0; ; failures++) {
      try {
        const leftMs = Math.max(1, deadline - clock.now())
        return await orAborted(attempt({ stop, leftMs }), stop.signal)
      } catch (thrown) {
        if (!isRetryable(thrown) || failures >= retries) throw thrown
        const pauseMs = retryAfterMs(thrown) ?? backOff(failures, pace)
        if (clock.now() + pauseMs >= deadline) throw thrown
        await wait(pauseMs, clock, stop.signal)
      }
    }
  } catch (thrown) {
    if (!stop.signal.aborted) throw thrown
    onGivenUp?.()
    throw stop.signal.reason
  } finally {
    disarm()
    signal?.removeEventListener('abort', cancel)
  }
}

/** Whether the same again may work. */
export function isRetryable(thrown: unknown): thrown is McpError {
  return McpError.is(thrown) && thrown.retryable
}

/** Whether it says that there is no such session, any more at least. */
export function isGone(thrown: unknown): boolean {
  return McpError.is(thrown) && thrown.code === 'session-not-found'
}

/** How long the other side asked to be left alone. */
export function retryAfterMs(error: McpError | undefined): number | undefined {
  const ms = error?.details?.['retryAfterMs']
  return typeof ms === 'number' && ms >= 0 ? ms : undefined
}
