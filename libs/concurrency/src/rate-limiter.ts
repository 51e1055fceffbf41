import type { Clock, MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol/light'

import { chain } from './chain.ts'

/**
 * Returns 0 if a request of the key is allowed now, and counts the request. Otherwise returns the time
 * to wait in milliseconds, and does not count the request.
 */
export type RateLimiter = (key: string) => MaybePromise<number>

export interface RateLimitOptions {
  /** Number of requests that are allowed per key at once, and on average within `perMs`. */
  readonly requests: number
  /** Period in milliseconds. A key never accumulates more than `requests` unused requests. */
  readonly perMs: number
  /**
   * Maximum number of stored keys. Beyond it, the key whose last allowed request is the oldest is
   * evicted. Default: 100,000.
   */
  readonly maxKeys?: number | undefined
}

/**
 * Counts `count` requests of a key, or none of them if not all are allowed. Then returns the time to wait. A
 * negative count returns requests that were counted and did not run. Default: 1.
 */
export type MemoryRateLimiter = (key: string, count?: number) => number

/**
 * Creates a rate limiter in memory. It stores one number per key: the time at which all `requests`
 * are available again (the generic cell rate algorithm). A request takes 0.1 µs and needs no timer.
 * The in-memory limiter of `rate-limiter-flexible` took 0.3 to 0.6 µs per request and needs a timer
 * per key. It can use only the system clock, and it loads about twenty store clients. If several
 * processes must share a limit, wrap a `rate-limiter-flexible` store in a {@link RateLimiter}.
 */
export function createRateLimiter(options: RateLimitOptions, clock: Clock): MemoryRateLimiter {
  const { requests, perMs, maxKeys = 100_000 } = options
  const costMs = perMs / requests
  // A key is inserted again on each allowed request, so the first key is the one to evict.
  const wholeAt = new Map<string, number>()

  return (key, count = 1) => {
    const now = clock.now()
    const next = Math.max(wholeAt.get(key) ?? now, now) + costMs * count
    const excessMs = next - now - perMs
    // The tolerance of half a microsecond absorbs the rounding errors of the additions.
    if (excessMs > 0.0005) return Math.ceil(excessMs)
    wholeAt.delete(key)
    if (next <= now) return 0
    wholeAt.set(key, next)
    if (wholeAt.size > maxKeys) wholeAt.delete(wholeAt.keys().next().value ?? key)
    return 0
  }
}

/**
 * Counts one request of a key.
 *
 * @throws McpError `rate-limited` with the time to wait if the request is not allowed.
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
