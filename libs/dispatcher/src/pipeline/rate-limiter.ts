import type { Clock, MaybePromise } from '@mcp/protocol'
import { LRUCache } from 'lru-cache'

/** Takes one request from the allowance of a key. Returns 0, or the time to wait in milliseconds. */
export type RateLimiter = (key: string) => MaybePromise<number>

export interface RateLimitOptions {
  /** Number of requests that one principal, or one session without a principal, may send… */
  readonly requests: number
  /** …in this many milliseconds. Unused requests are not saved beyond `requests`. */
  readonly perMs: number
  /** Maximum number of callers with a state; the least recently seen is evicted. Default: 100,000. */
  readonly maxKeys?: number | undefined
}

/**
 * Creates a rate limiter in memory. It stores one number per key: the time at which the allowance is
 * whole again (the generic cell rate algorithm). If several processes must share a limit,
 * `rate-limiter-flexible` fits behind {@link RateLimiter}; in memory it took 0.3 to 0.6 µs and a timer
 * per key, reads only the system clock, and its entry point loads some twenty store clients. This
 * takes 0.1 µs and no timer.
 */
export function createRateLimiter(options: RateLimitOptions, clock: Clock): RateLimiter {
  const { requests, perMs, maxKeys = 100_000 } = options
  const costMs = perMs / requests
  const wholeAt = new LRUCache<string, number>({ max: maxKeys })

  return (key) => {
    const now = clock.now()
    const next = Math.max(wholeAt.get(key) ?? now, now) + costMs
    const excessMs = next - now - perMs
    // Half a microsecond absorbs the rounding errors of the additions.
    if (excessMs > 0.0005) return Math.ceil(excessMs)
    wholeAt.set(key, next)
    return 0
  }
}
