import type { Clock, MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import { chain } from './chain.ts'

/**
 * Counts one request of a key. Returns 0 if it is allowed, otherwise the time to wait in
 * milliseconds.
 */
export type RateLimiter = (key: string) => MaybePromise<number>

export interface RateLimitOptions {
  /** Number of requests that one caller may send within `perMs`. */
  readonly requests: number
  /** Period in milliseconds. Unused requests are not saved beyond `requests`. */
  readonly perMs: number
  /**
   * Maximum number of keys that are stored; the least recently used key is evicted. Default:
   * 100,000.
   */
  readonly maxKeys?: number | undefined
}

/**
 * Creates a rate limiter in memory. It stores one number per key: the time at which all `requests`
 * are available again (the generic cell rate algorithm). A request takes 0.1 µs and no timer.
 * `rate-limiter-flexible` in memory took 0.3 to 0.6 µs and a timer per key, reads only the system
 * clock, and loads some twenty store clients. If several processes must share a limit, pass a {@link
 * RateLimiter} that wraps it.
 */
export function createRateLimiter(
  options: RateLimitOptions,
  clock: Clock,
): (key: string) => number {
  const { requests, perMs, maxKeys = 100_000 } = options
  const costMs = perMs / requests
  // Reinserted on each request, so that the first entry is the least recently seen.
  const wholeAt = new Map<string, number>()

  return (key) => {
    const now = clock.now()
    const next = Math.max(wholeAt.get(key) ?? now, now) + costMs
    const excessMs = next - now - perMs
    // The tolerance of half a microsecond absorbs the rounding errors of the additions.
    if (excessMs > 0.0005) return Math.ceil(excessMs)
    wholeAt.delete(key)
    wholeAt.set(key, next)
    if (wholeAt.size > maxKeys) wholeAt.delete(wholeAt.keys().next().value ?? key)
    return 0
  }
}

/**
 * Takes one request from the allowance of a caller.
 *
 * @throws McpError `rate-limited` with the time to wait.
 */
export function takeAllowance(limiter: RateLimiter, key: string): MaybePromise<void> {
  return chain(limiter(key), (retryAfterMs) => {
    if (retryAfterMs > 0) throw rateLimited(retryAfterMs)
  })
}

/** Creates the error for a caller that sent too many requests. */
export function rateLimited(retryAfterMs: number): McpError {
  return new McpError('rate-limited', `Too many requests. Retry after ${retryAfterMs} ms.`, {
    details: { retryAfterMs },
  })
}
