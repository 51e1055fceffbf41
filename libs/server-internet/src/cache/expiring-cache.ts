import type { CacheLimits, CacheStats } from './bounded-cache.ts'
import { createBoundedCache } from './bounded-cache.ts'

/** What is kept with a value. */
export interface KeptFacts {
  /** The origin of the site it is from. */
  readonly origin: string
  readonly bytes: number
  readonly forMs: number
}

/** Keeps values of sites for a while. */
export interface ExpiringCache<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value, facts: KeptFacts): void
  /** Forgets all, or what is from one origin; gives how much. */
  clear(origin?: string): number
  stats(): CacheStats
}

export function createExpiringCache<Value>(limits: CacheLimits): ExpiringCache<Value> {
  const entries = createBoundedCache<{
    readonly value: Value
    readonly origin: string
    readonly expiresAt: number
  }>(limits)

  return {
    get(key) {
      const entry = entries.get(key)
      return entry !== undefined && entry.expiresAt > Date.now() ? entry.value : undefined
    },
    set(key, value, { origin, bytes, forMs }) {
      entries.set(key, { value, origin, expiresAt: Date.now() + forMs }, bytes)
    },
    clear: (origin) =>
      entries.clear(origin === undefined ? undefined : (entry) => entry.origin === origin),
    stats: () => entries.stats(),
  }
}
