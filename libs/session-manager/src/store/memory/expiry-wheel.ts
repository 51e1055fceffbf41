/** Something that is filed by when it runs out. */
export interface Expiring {
  /** When it runs out as of now: touching it moves only this. */
  expiresAt(): number
  /** Where the wheel has it; the wheel's own. */
  bucket: number
}

/**
 * Entries by the second in which they run out. Touching an entry does not move it: when its bucket
 * comes due it is filed anew, once a TTL at most. So a touch is the write of a field, and looking for
 * what ran out costs nothing for what did not.
 */
export interface ExpiryWheel<Entry extends Expiring> {
  add(entry: Entry): void
  remove(entry: Entry): void
  /** Up to `limit` entries that ran out. They stay until removed. */
  due(at: number, limit: number): Entry[]
}

const widthMs = 1000

export function createExpiryWheel<Entry extends Expiring>(): ExpiryWheel<Entry> {
  const buckets = new Map<number, Set<Entry>>()
  let next = Infinity

  function add(entry: Entry): void {
    const bucket = Math.floor(entry.expiresAt() / widthMs)
    entry.bucket = bucket
    const entries = buckets.get(bucket)
    if (entries === undefined) buckets.set(bucket, new Set([entry]))
    else entries.add(entry)
    if (bucket < next) next = bucket
  }

  function remove(entry: Entry): void {
    const entries = buckets.get(entry.bucket)
    if (entries?.delete(entry) === true && entries.size === 0) buckets.delete(entry.bucket)
  }

  /** The buckets up to one, oldest first. */
  function upTo(last: number): number[] {
    // After a jump of the clock there are more seconds than buckets.
    if (last - next > buckets.size) {
      return [...buckets.keys()].filter((bucket) => bucket <= last).toSorted((a, b) => a - b)
    }
    const found: number[] = []
    for (let bucket = next; bucket <= last; bucket++) if (buckets.has(bucket)) found.push(bucket)
    return found
  }

  return {
    add,
    remove,
    due(at, limit) {
      const last = Math.floor(at / widthMs)
      const ranOut: Entry[] = []
      for (const bucket of upTo(last)) {
        for (const entry of buckets.get(bucket) ?? []) {
          if (entry.expiresAt() <= at) {
            ranOut.push(entry)
            if (ranOut.length >= limit) return ranOut
          } else if (Math.floor(entry.expiresAt() / widthMs) > bucket) {
            remove(entry)
            add(entry)
          }
        }
      }
      // What ran out is still filed, so the next search begins with it.
      next = ranOut.reduce((least, entry) => Math.min(least, entry.bucket), last)
      return ranOut
    },
  }
}
