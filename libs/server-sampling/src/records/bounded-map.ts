export interface BoundedMapOptions {
  /** Maximum number of entries. */
  readonly maxEntries: number
  /** Maximum sum of the sizes of the entries. Default: unlimited. */
  readonly maxSize?: number | undefined
}

/**
 * Map with a limited number and total size of entries. If the map exceeds a limit after an addition, it
 * evicts the entries that were added first, even if they were read recently.
 */
export interface BoundedMap<Value> {
  /** Adds an entry. Its id must be new. */
  add(id: string, value: Value, size?: number): void
  get(id: string): Value | undefined
  /** Returns the values, oldest first. */
  values(): Value[]
}

export function createBoundedMap<Value>(options: BoundedMapOptions): BoundedMap<Value> {
  const { maxEntries, maxSize = Infinity } = options
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
      }
    },
    get: (id) => entries.get(id)?.value,
    values: () => Array.from(entries.values(), ({ value }) => value),
  }
}
