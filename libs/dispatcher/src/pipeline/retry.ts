import type { Clock, OperationDescription, ResponseEnvelope } from '@mcp/protocol'

import { transportFaultOf } from '../calls/transport-fault.ts'

export interface RetryOptions {
  /** How often an idempotent operation is tried again. Default: 2. */
  readonly retries?: number | undefined
  /** The longest wait before the first retry, in milliseconds; it doubles each time. Default: 100. */
  readonly firstDelayMs?: number | undefined
  /** The longest wait of all; where a server asks for more, the caller decides. Default: 2,000. */
  readonly longestDelayMs?: number | undefined
  /** From 0 to 1; spreads the waits. Default: `Math.random`. */
  readonly random?: (() => number) | undefined
}

export interface Attempt {
  /** Counted from 1. */
  readonly number: number
  readonly answer: ResponseEnvelope
  readonly operation: OperationDescription | undefined
  readonly deadline: number
}

/** How long to wait before trying again, or `undefined`: this answer stands. */
export type RetryPolicy = (attempt: Attempt) => number | undefined

/**
 * Decides about another attempt. Not `cockatiel`'s retry, although 0.1 µs a call would do: its wait
 * ends neither with the caller's signal nor before the deadline.
 */
export function createRetryPolicy(clock: Clock, options: RetryOptions = {}): RetryPolicy {
  const { retries = 2, firstDelayMs = 100, longestDelayMs = 2000, random = Math.random } = options

  return ({ number, answer, operation, deadline }) => {
    if (answer.status === 'success' || number > retries) return undefined
    // A person who was asked once must not be asked again for the same request.
    if (operation?.hints.idempotent !== true || operation.hints.interactive) return undefined
    if (!answer.error.retryable && transportFaultOf(answer) === undefined) return undefined

    const asked = answer.error.details?.['retryAfterMs']
    const least = typeof asked === 'number' ? asked : 0
    if (least > longestDelayMs) return undefined
    const spread = Math.min(longestDelayMs, firstDelayMs * 2 ** (number - 1))
    const delay = least + random() * spread
    return clock.now() + delay < deadline ? delay : undefined
  }
}
