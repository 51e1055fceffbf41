/** A collection whose entries count towards a {@link SharedBudget}. */
export interface Evictable {
  /**
   * Time at which the budget last moved the collection to the end of its order; `notInBudget` if the collection
   * is not in that order.
   */
  movedAt: number
  /** Drops the oldest entry and releases its bytes. Returns false if there is none. */
  evictOldest(): boolean
}

/** A bound on the total size of many collections, in bytes. */
export interface SharedBudget {
  /** Counts an entry that was added to a collection. Beyond the bound, evicts entries. */
  use(collection: Evictable, bytes: number, at: number): void
  /** Subtracts the bytes of entries that a collection dropped. */
  release(bytes: number): void
  /** Removes a collection after its bytes were released. */
  remove(collection: Evictable): void
}

const moveEveryMs = 1000

/** Value of `movedAt` of a collection that is not in the order of a budget. */
export const notInBudget = -Infinity

/**
 * Creates an empty budget. Beyond the bound, it evicts the oldest entries of the collection that has
 * received no entry for the longest time.
 */
export function createSharedBudget(maxBytes: number): SharedBudget {
  const collections = new Set<Evictable>()
  let used = 0

  const isExceeded = (): boolean => used > maxBytes

  function drop(collection: Evictable): void {
    collections.delete(collection)
    collection.movedAt = notInBudget
  }

  function evict(): void {
    for (const collection of collections) {
      while (isExceeded() && collection.evictOldest());
      if (!isExceeded()) return
      drop(collection)
    }
  }

  return {
    use(collection, bytes, at) {
      used += bytes
      // A collection is moved at most once a second. To delete and add it in the Set for each request would
      // cost more than the request.
      if (at - collection.movedAt >= moveEveryMs) {
        collection.movedAt = at
        collections.delete(collection)
        collections.add(collection)
      }
      if (isExceeded()) evict()
    },
    release(bytes) {
      used -= bytes
    },
    remove: drop,
  }
}
