/** An entry of an {@link ExpiryWheel}. */
export interface Expiring {
  /** Returns the current expiry. A touch updates only this; the bucket is corrected lazily. */
  expiresAt(): number
  /** The bucket that holds the entry. Managed by the wheel. */
  bucket: number
}

/**
 * Entries grouped by the second in which they expire. Touching an entry does not move it: it is
 * moved when its bucket becomes due, at most once per TTL. So a touch costs the write of one field,
 * and finding expired entries costs nothing for the others.
 */
export interface ExpiryWheel<Entry extends Expiring> {
  add(entry: Entry): void
  remove(entry: Entry): void
  /** Returns up to `limit` expired entries. They stay in the wheel until removed. */
  due(at: number, limit: number): Entry[]
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
    // After a jump of the clock there are more seconds than buckets.
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
      for (const bucket of bucketsUpTo(last)) {
        for (const entry of buckets.get(bucket) ?? []) {
          if (entry.expiresAt() <= at) {
            expired.push(entry)
            if (expired.length >= limit) return expired
          } else if (Math.floor(entry.expiresAt() / bucketMs) > bucket) {
            remove(entry)
            add(entry)
          }
        }
      }
      // Expired entries are still in their buckets, so the next search starts with those.
      firstBucket = expired.reduce((first, entry) => Math.min(first, entry.bucket), last)
      return expired
    },
  }
}
