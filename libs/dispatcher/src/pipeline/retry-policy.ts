import { backoffMs } from '@mcp/concurrency'
import type { Clock, ErrorResponse, OperationDescription } from '@mcp/protocol'

import { transportFaultOf } from '../calls/transport-fault.ts'

export interface RetryOptions {
  /** Maximum number of retries of an idempotent operation. Default: 2. */
  readonly retries?: number | undefined
  /** Maximum delay before the first retry, in milliseconds; it doubles each time. Default: 100. */
  readonly baseDelayMs?: number | undefined
  /**
   * Maximum delay, in milliseconds. If a server requests a longer delay, its error is returned.
   * Default: 2,000.
   */
  readonly maxDelayMs?: number | undefined
  /** Returns a number from 0 to 1 that spreads the delays. Default: `Math.random`. */
  readonly random?: (() => number) | undefined
}

/** A failed attempt. */
export interface FailedAttempt {
  /** Number of the attempt, counted from 1. */
  readonly number: number
  readonly response: ErrorResponse
  readonly operation: OperationDescription | undefined
  readonly deadline: number
}

/** Returns the delay before the next attempt, in milliseconds, or undefined to stop retrying. */
export type RetryPolicy = (attempt: FailedAttempt) => number | undefined

/**
 * Creates the policy that retries idempotent operations with jitter. The retry of `cockatiel` is not
 * used, although it would cost only 0.1 µs per call, because its delay ends neither with the
 * caller's signal nor at the deadline.
 */
export function createRetryPolicy(clock: Clock, options: RetryOptions = {}): RetryPolicy {
  const { retries = 2, baseDelayMs = 100, maxDelayMs = 2000, random } = options

  return ({ number, response, operation, deadline }) => {
    if (number > retries) return undefined
    // An interactive operation may already have asked the user, and must not ask twice.
    if (operation?.hints.idempotent !== true || operation.hints.interactive) return undefined
    if (!response.error.retryable && transportFaultOf(response) === undefined) return undefined

    const { retryAfterMs } = response.error.details ?? {}
    const minDelayMs = typeof retryAfterMs === 'number' ? retryAfterMs : 0
    if (minDelayMs > maxDelayMs) return undefined
    const delayMs =
      minDelayMs + backoffMs(number - 1, { baseMs: baseDelayMs, maxMs: maxDelayMs, random })
    return clock.now() + delayMs < deadline ? delayMs : undefined
  }
}
