/** An entry of an {@link ExpiryWheel}. */
export interface Expiring {
  /** Returns the current expiry. A touch changes only the expiry; `due` corrects the bucket later. */
  expiresAt(): number
  /** The bucket that holds the entry. Managed by the wheel. */
  bucket: number
}

/**
 * Entries in buckets, one bucket for each second in which entries expire. A touch does not move an entry,
 * so its only cost is the write of one field. The entry is moved when its bucket becomes due, at most
 * once per TTL. The time to find the expired entries does not depend on the number of other entries.
 */
export interface ExpiryWheel<Entry extends Expiring> {
  add(entry: Entry): void
  remove(entry: Entry): void
  /**
   * Processes up to `limit` entries of the buckets that are due. Moves the entries that were touched, and
   * returns the expired entries. An expired entry stays in the wheel until `remove` is called.
   */
  due(at: number, limit: number): DueEntries<Entry>
}

/** The result of {@link ExpiryWheel.due}. */
export interface DueEntries<Entry> {
  readonly expired: readonly Entry[]
  /** Whether more entries are due. */
  readonly hasMore: boolean
}

const bucketMs = 1000

export function createExpiryWheel<Entry extends Expiring>(): ExpiryWheel<Entry> {
  const buckets = new Map<number, Set<Entry>>()
  let firstBucket = Infinity

  function add(entry: Entry): void {
    const bucket = Math.floor(entry.expiresAt() / bucketMs)
    entry.bucket = bucket
    const entries = buckets.get(bucket)
    if (entries === undefined) buckets.set(bucket, new Set([entry]))
    else entries.add(entry)
    if (bucket < firstBucket) firstBucket = bucket
  }

  function remove(entry: Entry): void {
    const entries = buckets.get(entry.bucket)
    if (entries?.delete(entry) === true && entries.size === 0) buckets.delete(entry.bucket)
  }

  /** Returns the buckets up to `last`, oldest first. */
  function bucketsUpTo(last: number): number[] {
    // After a jump of the clock, more seconds than buckets can be due, so the buckets are filtered instead.
    if (last - firstBucket > buckets.size) {
      return [...buckets.keys()].filter((bucket) => bucket <= last).toSorted((a, b) => a - b)
    }
    const found: number[] = []
    for (let bucket = firstBucket; bucket <= last; bucket++) {
      if (buckets.has(bucket)) found.push(bucket)
    }
    return found
  }

  return {
    add,
    remove,
    due(at, limit) {
      const last = Math.floor(at / bucketMs)
      const expired: Entry[] = []
      let visited = 0
      for (const bucket of bucketsUpTo(last)) {
        firstBucket = expired[0]?.bucket ?? bucket
        for (const entry of buckets.get(bucket) ?? []) {
          const expiresAt = entry.expiresAt()
          const isExpired = expiresAt <= at
          if (!isExpired && Math.floor(expiresAt / bucketMs) <= bucket) continue
          if (visited++ === limit) return { expired, hasMore: true }
          if (isExpired) {
            expired.push(entry)
          } else {
            remove(entry)
            add(entry)
          }
        }
      }
      // The expired entries are still in their buckets, so the next search starts at the first of these.
      firstBucket = expired[0]?.bucket ?? last
      return { expired, hasMore: false }
    },
  }
}
