import type { Evictable, SharedBudget } from '../store/memory/shared-budget.ts'
import type { ActivityRecord } from './activity-entry.ts'
import { previewOf } from './preview.ts'

export interface ActivityLimits {
  /** Maximum number of entries per session. Default: 5,000. */
  readonly maxEntries: number
  /** Maximum size of the entries of a session and their contents, in bytes. Default: 8 MiB. */
  readonly maxBytes: number
  /** Maximum length of a preview, in characters. Default: 4,096. */
  readonly maxPreviewLength: number
}

/** The last entries of one session. */
export interface SessionActivity {
  /** Adds an entry. Its content is dropped before the first call of `watch`. */
  append(record: ActivityRecord): void
  /** Returns entries after a position, oldest first. */
  read(after: number, limit: number): ActivityRecord[]
  find(seq: number): ActivityRecord | undefined
  /** Creates the previews of up to `limit` new entries. Returns whether more entries have none. */
  render(limit: number): boolean
  /** Releases the memory of the entries. */
  clear(): void
  /** Creates previews of all entries from now on. */
  watch(): void
  readonly isWatched: boolean
  /** Number of broadcasts that are in this log. */
  broadcasts: number
  /** Position of the last entry; 0 if there is none. */
  readonly last: number
  /** Position of the first entry that remains. */
  readonly first: number
  /** Position of the last entry whose preview was created. */
  readonly rendered: number
}

const recordBytes = 240
/** Maximum number of new entries whose contents wait to be rendered. */
const maxUnrendered = 2048

/** Creates the log of one session: a ring of records. */
export function createSessionActivity(
  limits: ActivityLimits,
  budget: SharedBudget,
  broadcasts: number,
): SessionActivity {
  const { maxEntries, maxBytes, maxPreviewLength } = limits
  const ring: (ActivityRecord | undefined)[] = []
  let first = 1
  let last = 0
  let rendered = 0
  let usedBytes = 0
  let isWatched = false

  const collection: Evictable = { movedAt: 0, evictOldest: drop }

  /** Drops the oldest entry. Returns false if there is none. */
  function drop(): boolean {
    if (first > last) return false
    const index = first++ % maxEntries
    const record = ring[index]
    ring[index] = undefined
    const bytes = record === undefined ? 0 : sizeOf(record, rendered)
    usedBytes -= bytes
    budget.release(bytes)
    return true
  }

  function use(bytes: number, at: number): void {
    usedBytes += bytes
    budget.use(collection, bytes, at)
    while (usedBytes > maxBytes && first < last) drop()
  }

  function render(record: ActivityRecord): void {
    const { content } = record
    record.preview = previewOf(content, maxPreviewLength)
    record.bytes ??= estimateBytes(content)
    rendered = record.seq
    use(record.preview.length + record.bytes, record.at)
  }

  return {
    broadcasts,
    watch() {
      if (!isWatched) rendered = last
      isWatched = true
    },
    get isWatched() {
      return isWatched
    },
    append(record) {
      if (last - first + 1 >= maxEntries) drop()
      record.seq = ++last
      ring[last % maxEntries] = record
      if (!isWatched || last - rendered > maxUnrendered) record.content = undefined
      use(recordBytes, record.at)
    },
    read(after, limit) {
      const records: ActivityRecord[] = []
      for (let seq = Math.max(after + 1, first); seq <= last && records.length < limit; seq++) {
        const record = ring[seq % maxEntries]
        if (record !== undefined) records.push(record)
      }
      return records
    },
    find: (seq) => (seq < first || seq > last ? undefined : ring[seq % maxEntries]),
    render(limit) {
      let count = 0
      let seq = Math.max(rendered + 1, first)
      for (; seq <= last && count < limit; seq++) {
        const record = ring[seq % maxEntries]
        if (record?.content === undefined) continue
        render(record)
        count++
      }
      rendered = Math.max(rendered, seq - 1)
      return rendered < last
    },
    clear() {
      while (drop());
      budget.remove(collection)
    },
    get last() {
      return last
    },
    get first() {
      return first
    },
    get rendered() {
      return rendered
    },
  }
}

/** Returns the bytes that count for a record. Those of its content count after it was rendered. */
function sizeOf({ seq, preview, bytes = 0, content }: ActivityRecord, rendered: number): number {
  const contentBytes = seq > rendered || content === undefined ? 0 : bytes
  return recordBytes + contentBytes + (preview?.length ?? 0)
}

/** Returns the approximate size of a value as JSON, up to a maximum. */
function estimateBytes(value: unknown, maxBytes = 1024 * 1024): number {
  let bytes = 0
  const pending = [value]
  while (pending.length > 0 && bytes < maxBytes) {
    const item = pending.pop()
    if (typeof item === 'string') bytes += item.length + 3
    else if (typeof item !== 'object' || item === null) bytes += 8
    else {
      bytes += 2
      for (const [key, field] of Object.entries(item)) {
        bytes += Array.isArray(item) ? 1 : key.length + 4
        pending.push(field)
      }
    }
  }
  return bytes
}
