import type { BoundedCache, CacheLimits, CacheStats } from './bounded-cache.ts'
import { createBoundedCache } from './bounded-cache.ts'

/** The site that a cached value comes from, and the caller that may read it. */
export interface CacheScope {
  /** Origin of the site. */
  readonly origin: string
  /** Key of the only caller that may read the value; undefined if all callers may. */
  readonly caller: string | undefined
}

/** Selects the entries of an origin, of a caller, or of both. */
export type CacheFilter = Partial<CacheScope>

/** A cache that operators can inspect and clear. */
export interface ClearableCache {
  /** Removes the entries that match the filter and returns their number. Default: all entries. */
  clear(filter?: CacheFilter): number
  stats(): CacheStats
}

export interface CacheEntryOptions extends CacheScope {
  readonly bytes: number
  readonly ttlMs: number
}

/** A cache with a maximum size whose entries expire. */
export interface ExpiringCache<Value> extends ClearableCache {
  get(key: string): Value | undefined
  set(key: string, value: Value, options: CacheEntryOptions): void
}

/** Creates an empty cache. */
export function createExpiringCache<Value>(
  limits: CacheLimits,
  now: () => number = Date.now,
): ExpiringCache<Value> {
  const entries = createBoundedCache<
    CacheScope & { readonly value: Value; readonly expiresAt: number }
  >(limits, ({ expiresAt }) => expiresAt > now())

  return {
    get: (key) => entries.get(key)?.value,
    set(key, value, { origin, caller, bytes, ttlMs }) {
      entries.set(key, { value, origin, caller, expiresAt: now() + ttlMs }, bytes)
    },
    clear: (filter) => clearMatching(entries, filter),
    stats: () => entries.stats(),
  }
}

/** Removes the entries that match the filter and returns their number. */
export function clearMatching<Value extends CacheScope>(
  entries: BoundedCache<Value>,
  { origin, caller }: CacheFilter = {},
): number {
  return entries.clear(
    (value) =>
      (origin === undefined || value.origin === origin) &&
      (caller === undefined || value.caller === caller),
  )
}
