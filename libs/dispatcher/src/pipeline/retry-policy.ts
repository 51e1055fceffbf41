import { backoffMs } from '@mcp/concurrency'
import type { Clock, ErrorResponse, OperationDescription } from '@mcp/protocol'

import { transportFaultOf } from '../calls/transport-fault.ts'

export interface RetryOptions {
  /** Maximum number of retries of an idempotent operation. Default: 2. */
  readonly retries?: number | undefined
  /** Maximum backoff before the first retry, in ms. It doubles with each retry. Default: 100. */
  readonly baseDelayMs?: number | undefined
  /**
   * Maximum backoff, in milliseconds. The backoff is added to the delay that a server requests by
   * `retryAfterMs`. A request is not retried if the requested delay exceeds this maximum. Default: 2,000.
   */
  readonly maxDelayMs?: number | undefined
  /** Returns a number from 0 to 1 for the jitter of the backoff. Default: `Math.random`. */
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
 * Creates the policy that retries idempotent operations that are not interactive, with backoff and jitter.
 * It retries after retryable errors and transport faults. `cockatiel` also has a retry policy, which costs
 * only 0.1 µs per call. It is not used, because its delay ends neither when the caller aborts nor at the
 * deadline.
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
