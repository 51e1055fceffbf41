import type { BoundedCache, CacheLimits, CacheStats } from './bounded-cache.ts'
import { createBoundedCache } from './bounded-cache.ts'

/** Whose a value is. */
export interface KeptFor {
  /** The origin of the site it is from. */
  readonly origin: string
  /** The only caller who may have it; none where everybody may. */
  readonly caller: string | undefined
}

/** What a cache is asked to forget: what is from that origin, and what is for that caller. */
export type Forgetting = Partial<KeptFor>

/** What of a cache is for operators, and for when a session ends. */
export interface ClearableCache {
  /** Forgets what matches, or all; gives how much. */
  clear(forgetting?: Forgetting): number
  stats(): CacheStats
}

export interface KeptFacts extends KeptFor {
  readonly bytes: number
  readonly forMs: number
}

/** Keeps values of sites for a while. */
export interface ExpiringCache<Value> extends ClearableCache {
  get(key: string): Value | undefined
  set(key: string, value: Value, facts: KeptFacts): void
}

export function createExpiringCache<Value>(
  limits: CacheLimits,
  now: () => number = Date.now,
): ExpiringCache<Value> {
  const entries = createBoundedCache<
    KeptFor & { readonly value: Value; readonly expiresAt: number }
  >(limits)

  return {
    get(key) {
      const entry = entries.get(key)
      return entry !== undefined && entry.expiresAt > now() ? entry.value : undefined
    },
    set(key, value, { origin, caller, bytes, forMs }) {
      entries.set(key, { value, origin, caller, expiresAt: now() + forMs }, bytes)
    },
    clear: (forgetting) => clearMatching(entries, forgetting),
    stats: () => entries.stats(),
  }
}

/** Removes what a cache is asked to forget. */
export function clearMatching<Value extends KeptFor>(
  entries: BoundedCache<Value>,
  { origin, caller }: Forgetting = {},
): number {
  return entries.clear(
    (value) =>
      (origin === undefined || value.origin === origin) &&
      (caller === undefined || value.caller === caller),
  )
}
