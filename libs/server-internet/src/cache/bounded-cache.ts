export interface CacheLimits {
  readonly maxEntries: number
  readonly maxBytes: number
}

/** How much a cache holds, and how often that was of use. */
export interface CacheStats extends CacheLimits {
  readonly entries: number
  readonly bytes: number
  readonly hits: number
  readonly misses: number
  /** Entries that had to go because there was no room. */
  readonly evictions: number
}

/** Keeps values up to a number and a size; those not used for longest go first. */
export interface BoundedCache<Value> {
  /** What is kept under the first of these keys that has something. */
  get(...keys: readonly string[]): Value | undefined
  /** Keeps a value, unless it alone is larger than all may be. */
  set(key: string, value: Value, bytes: number): void
  delete(key: string): void
  /** Removes those whose value matches; gives how many. */
  clear(matches: (value: Value) => boolean): number
  stats(): CacheStats
}

export function createBoundedCache<Value>(limits: CacheLimits): BoundedCache<Value> {
  const { maxEntries, maxBytes } = limits
  // A Map keeps the order of insertion, so its first key is the one not used for longest.
  const entries = new Map<string, { readonly value: Value; readonly bytes: number }>()
  let total = 0
  let hits = 0
  let misses = 0
  let evictions = 0

  function remove(key: string): void {
    total -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }

  return {
    get(...keys) {
      const key = keys.find((candidate) => entries.has(candidate)) ?? ''
      const entry = entries.get(key)
      if (entry === undefined) {
        misses += 1
        return undefined
      }
      hits += 1
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key, value, bytes) {
      remove(key)
      if (bytes > maxBytes) return
      entries.set(key, { value, bytes })
      total += bytes
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries && total <= maxBytes) return
        remove(oldest)
        evictions += 1
      }
    },
    delete: remove,
    clear(matches) {
      const gone = Array.from(entries).filter(([, { value }]) => matches(value))
      for (const [key] of gone) remove(key)
      return gone.length
    },
    stats: () => ({ entries: entries.size, bytes: total, ...limits, hits, misses, evictions }),
  }
}
