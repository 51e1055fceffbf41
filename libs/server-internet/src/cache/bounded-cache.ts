import { LRUCache } from 'lru-cache'

/** Maximum number of entries and bytes of a cache. */
export interface CacheLimits {
  readonly maxEntries: number
  readonly maxBytes: number
}

/** The size of a cache and its hit statistics. */
export interface CacheStats extends CacheLimits {
  readonly entries: number
  readonly bytes: number
  readonly hits: number
  readonly misses: number
  /** Number of entries that were removed to make room. */
  readonly evictions: number
}

/** An LRU cache with a maximum number of entries and bytes. */
export interface BoundedCache<Value> {
  /** Returns the value of the first key that the cache contains, or undefined. */
  get(...keys: readonly string[]): Value | undefined
  /**
   * Stores a value. A value larger than `maxBytes` is not stored; the previous value of the key is
   * removed in this case too.
   */
  set(key: string, value: Value, bytes: number): void
  delete(key: string): void
  /** Removes the matching values and returns their number. */
  clear(matches: (value: Value) => boolean): number
  stats(): CacheStats
}

/**
 * Creates a cache on top of `lru-cache`, which lacks statistics and a selective `clear`.
 *
 * @param isFresh Whether a value may still be returned. Default: always. A value that may no longer be
 * returned is removed when it is requested.
 */
export function createBoundedCache<Value extends NonNullable<unknown>>(
  limits: CacheLimits,
  isFresh: (value: Value) => boolean = () => true,
): BoundedCache<Value> {
  let hits = 0
  let misses = 0
  let evictions = 0
  const entries = new LRUCache<string, Value>({
    max: limits.maxEntries,
    // `lru-cache` treats a maximum size of 0 as "no limit" and rejects fractions.
    maxSize: Math.max(1, Math.floor(limits.maxBytes)),
    dispose: (_value, _key, reason) => {
      if (reason === 'evict') evictions += 1
    },
  })

  function hasFresh(key: string): boolean {
    const value = entries.peek(key)
    if (value === undefined) return false
    const fresh = isFresh(value)
    if (!fresh) entries.delete(key)
    return fresh
  }

  return {
    get(...keys) {
      const key = keys.find(hasFresh)
      if (key === undefined) {
        misses += 1
        return undefined
      }
      hits += 1
      return entries.get(key)
    },
    set: (key, value, bytes) => void entries.set(key, value, { size: bytes }),
    delete: (key) => void entries.delete(key),
    clear(matches) {
      const matching = Array.from(entries.entries()).filter(([, value]) => matches(value))
      for (const [key] of matching) entries.delete(key)
      return matching.length
    },
    stats: () => ({
      entries: entries.size,
      bytes: entries.calculatedSize,
      ...limits,
      hits,
      misses,
      evictions,
    }),
  }
}
