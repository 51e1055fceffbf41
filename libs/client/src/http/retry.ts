import { abortable, backoffMs, delay } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { maxTimeoutMs, McpError, systemClock } from '@mcp/protocol/light'

import type { Link } from './link.ts'

/** Options of {@link retry}. */
export interface RetryOptions {
  /** Name of the operation in error messages. */
  readonly what: string
  readonly signal?: AbortSignal | undefined
  /** Time limit including retries, in milliseconds. Default: the time limit of the link. */
  readonly timeoutMs?: number | undefined
  /** Time from which the time limit counts. Default: now. */
  readonly startedAt?: number | undefined
  /** Maximum number of retries. Default: the number of the link. */
  readonly retries?: number | undefined
  /**
   * Called if the caller aborts after the first attempt has started, if the time limit is reached, or if an
   * attempt aborts `stop`.
   */
  readonly onAbandoned?: (() => void) | undefined
}

/** Parameters of one attempt. */
export interface Attempt {
  /** If an attempt aborts this controller with an error, `retry` ends with that error. */
  readonly stop: AbortController
  /** Remaining time, in milliseconds. */
  readonly remainingMs: number
}

const backoff = { baseMs: 200, maxMs: 5000 }

// Time that the client waits beyond the time limit. The server enforces the same limit, and its more
// precise error needs time to arrive.
const graceMs = 2000

/**
 * Runs an attempt and repeats it after retryable errors, except for timeouts. Stops at the time limit, at
 * the maximum number of retries or if the caller aborts. The attempt must be safe to repeat.
 */
export async function retry<Result>(
  { clock, ...defaults }: Link,
  attempt: (attempt: Attempt) => Promise<Result>,
  { what, signal, onAbandoned, ...options }: RetryOptions,
): Promise<Result> {
  const {
    timeoutMs = defaults.timeoutMs,
    retries = defaults.retries,
    startedAt = clock.now(),
  } = options
  const stop = new AbortController()
  const cancel = (): void =>
    stop.abort(new McpError('cancelled', `${what} was cancelled.`, { cause: signal?.reason }))
  if (signal?.aborted) cancel()
  stop.signal.throwIfAborted()

  const limitMs = Math.min(timeoutMs, maxTimeoutMs)
  const remainingMs = (): number => startedAt + limitMs - clock.now()
  const timeout = (): McpError => new McpError('timeout', `${what} took longer than ${limitMs} ms.`)
  const cancelTimer = clock.after(remainingMs() + graceMs, () => stop.abort(timeout()))
  signal?.addEventListener('abort', cancel)
  try {
    for (let failures = 0; ; failures++) {
      try {
        const attemptMs = remainingMs()
        if (attemptMs <= 0) throw timeout()
        return await abortable(attempt({ stop, remainingMs: attemptMs }), stop.signal)
      } catch (thrown) {
        // A request that reached its time limit would use the same time again.
        if (!isRetryable(thrown) || thrown.code === 'timeout' || failures >= retries) throw thrown
        const delayMs = retryAfterMs(thrown) ?? backoffMs(failures, backoff)
        if (delayMs >= remainingMs()) throw thrown
        await delay(delayMs, clock, stop.signal)
      }
    }
  } catch (thrown) {
    if (!stop.signal.aborted) throw thrown
    onAbandoned?.()
    throw stop.signal.reason
  } finally {
    cancelTimer()
    signal?.removeEventListener('abort', cancel)
  }
}

/** Whether a retry may succeed. */
export function isRetryable(thrown: unknown): thrown is McpError {
  return McpError.is(thrown) && thrown.retryable
}

/** Whether the session does not exist, or no longer exists. */
export function isSessionNotFound(thrown: unknown): boolean {
  return McpError.is(thrown) && thrown.code === 'session-not-found'
}

/** Returns the delay that the server requests before a retry. */
export function retryAfterMs(error: McpError | undefined): number | undefined {
  const ms = error?.details?.['retryAfterMs']
  return typeof ms === 'number' && ms >= 0 ? ms : undefined
}

/**
 * The system clock, with timers of `after` that keep the process alive. While a request waits for its retry, no
 * socket is open, and without these timers Node would exit before the retry.
 */
export const keepAliveClock: Clock = {
  ...systemClock,
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
