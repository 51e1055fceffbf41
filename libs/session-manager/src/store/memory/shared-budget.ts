/** A collection whose entries count towards a {@link SharedBudget}. */
export interface Evictable {
  /** Time at which the budget last moved the collection to the end of its order. */
  movedAt: number
  /** Drops the oldest entry and releases its bytes. Returns false if there is none. */
  evictOldest(): boolean
}

/** A bound on the bytes of many collections together. */
export interface SharedBudget {
  /** Counts an entry that was added at a time, and evicts the oldest ones beyond the bound. */
  use(collection: Evictable, bytes: number, at: number): void
  /** Counts bytes that a collection dropped. */
  release(bytes: number): void
  /** Removes a collection that has dropped everything. */
  remove(collection: Evictable): void
}

const moveEveryMs = 1000

/** Beyond the bound, the collection that was written to least recently is evicted first. */
export function createSharedBudget(maxBytes: number): SharedBudget {
  const collections = new Set<Evictable>()
  let used = 0

  const isExceeded = (): boolean => used > maxBytes

  function evict(): void {
    for (const collection of collections) {
      while (isExceeded() && collection.evictOldest());
      if (!isExceeded()) return
      collections.delete(collection)
    }
  }

  return {
    use(collection, bytes, at) {
      used += bytes
      // Not for each entry: a Set that turns over with every request costs more than the request.
      if (at - collection.movedAt >= moveEveryMs || !collections.has(collection)) {
        collection.movedAt = at
        collections.delete(collection)
        collections.add(collection)
      }
      if (isExceeded()) evict()
    },
    release(bytes) {
      used -= bytes
    },
    remove(collection) {
      collections.delete(collection)
    },
  }
}
