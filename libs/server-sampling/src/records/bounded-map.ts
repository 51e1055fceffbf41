export interface BoundedMapOptions<Value> {
  /** The most entries. */
  readonly maxEntries: number
  /** The largest sum of their sizes. Default: any. */
  readonly maxSize?: number | undefined
  /** Told what was dropped to make room. */
  readonly onEvict?: ((value: Value) => void) | undefined
}

/** Keeps the newest entries within its bounds, and drops the oldest. */
export interface BoundedMap<Value> {
  /** Adds an entry of that size; an id that is there already is not expected. */
  add(id: string, value: Value, size?: number): void
  get(id: string): Value | undefined
  /** The oldest first. */
  values(): Value[]
}

export function createBoundedMap<Value>(options: BoundedMapOptions<Value>): BoundedMap<Value> {
  const { maxEntries, maxSize = Infinity, onEvict = () => {} } = options
  const entries = new Map<string, { readonly value: Value; readonly size: number }>()
  let total = 0

  return {
    add(id, value, size = 0) {
      entries.set(id, { value, size })
      total += size
      for (const [oldest, entry] of entries) {
        if (entries.size <= maxEntries && total <= maxSize) break
        entries.delete(oldest)
        total -= entry.size
        onEvict(entry.value)
      }
    },
    get: (id) => entries.get(id)?.value,
    values: () => Array.from(entries.values(), ({ value }) => value),
  }
}
