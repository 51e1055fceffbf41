import type { Evictable, SharedBudget } from '../store/memory/shared-budget.ts'
import { notInBudget } from '../store/memory/shared-budget.ts'
import type { ActivityKind, ActivityRecord } from './activity-entry.ts'
import { createRecord, resetRecord } from './activity-entry.ts'
import { isComplete, previewOf } from './preview.ts'
import { estimateSize } from '../requests/estimate-size.ts'

export interface ActivityLimits {
  /** Maximum number of entries per session. */
  readonly maxEntries: number
  /** Maximum size of the entries of a session and their contents, in bytes. */
  readonly maxBytes: number
  /** Maximum length of a preview, in characters. */
  readonly maxPreviewLength: number
}

/** The last entries of one session. */
export interface SessionActivity {
  /**
   * Adds an entry and returns it. The caller fills in the other fields. The content is ignored unless `watch`
   * has been called before.
   */
  append(kind: ActivityKind, at: number, content: unknown): ActivityRecord
  /** Returns entries after a position, oldest first. They are valid until the next call of `append`. */
  read(after: number, limit: number): ActivityRecord[]
  find(seq: number): ActivityRecord | undefined
  /** Creates the previews of up to `limit` new entries. Returns whether entries without a preview remain. */
  render(limit: number): boolean
  /** Releases the memory of the entries, because the session has ended. */
  end(): void
  readonly isEnded: boolean
  /** Creates previews of all entries from now on. */
  watch(): void
  readonly isWatched: boolean
  /** Number of broadcasts that had been emitted in this process when this log last copied them. */
  copiedBroadcasts: number
  /** Position of the last entry; 0 if there is none. */
  readonly last: number
  /** Position of the first entry that remains. */
  readonly first: number
  /** Position of the last entry whose preview was created. */
  readonly rendered: number
}

const recordBytes = 240
/** Maximum number of new entries whose contents wait for their previews. Beyond it, contents are ignored. */
const maxUnrendered = 2048
/** Maximum size that is counted for one content. A larger content counts as this size. */
const maxEstimatedBytes = 8 * 1024 * 1024

/** Creates the log of one session: a ring of records. */
export function createSessionActivity(
  limits: ActivityLimits,
  budget: SharedBudget,
  copiedBroadcasts: number,
): SessionActivity {
  const { maxEntries, maxBytes, maxPreviewLength } = limits
  const ring: (ActivityRecord | undefined)[] = []
  let first = 1
  let last = 0
  let rendered = 0
  let usedBytes = 0

  const collection: Evictable = { movedAt: notInBudget, evictOldest: drop }

  /** Drops the oldest entry. Returns false if there is none. */
  function drop(): boolean {
    if (first > last) return false
    const record = find(first)
    ring[(first++ - 1) % maxEntries] = undefined
    if (record !== undefined) use(-recordBytes - contentBytesOf(record))
    return true
  }

  function use(bytes: number, at?: number): void {
    usedBytes += bytes
    if (at === undefined) return budget.release(-bytes)
    budget.use(collection, bytes, at)
    while (isTooLarge()) drop()
  }

  const isTooLarge = (): boolean => usedBytes > maxBytes && first < last

  function find(seq: number): ActivityRecord | undefined {
    return seq < first || seq > last ? undefined : ring[(seq - 1) % maxEntries]
  }

  /** Adds an entry in place of the oldest one, or as a new object. */
  function add(kind: ActivityKind, at: number): ActivityRecord {
    const index = last % maxEntries
    if (last - first + 1 >= maxEntries) first++
    last++
    const oldest = ring[index]
    if (oldest !== undefined) {
      use(-contentBytesOf(oldest), at)
      return resetRecord(oldest, last, kind, at)
    }
    use(recordBytes, at)
    return (ring[index] = createRecord(last, kind, at))
  }

  const activity: SessionActivity & { isWatched: boolean; isEnded: boolean } = {
    copiedBroadcasts,
    isWatched: false,
    isEnded: false,
    watch() {
      if (!activity.isWatched) rendered = last
      activity.isWatched = true
    },
    append(kind, at, content) {
      const record = add(kind, at)
      if (activity.isWatched && last - rendered <= maxUnrendered) record.content = content
      return record
    },
    read(after, limit) {
      const start = Math.max(after, first - 1)
      const length = Math.max(0, Math.min(limit, last - start))
      return Array.from({ length }, (_, index) => find(start + 1 + index)).filter(isPresent)
    },
    find,
    render(limit) {
      let count = 0
      let seq = Math.max(rendered + 1, first)
      for (; seq <= last && count < limit; seq++) {
        const record = find(seq)
        if (record?.content === undefined) continue
        renderContent(record, maxPreviewLength)
        use(contentBytesOf(record), record.at)
        count++
      }
      rendered = Math.max(rendered, seq - 1)
      return rendered < last
    },
    end() {
      activity.isEnded = true
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
  return activity
}

const isPresent = <Value>(value: Value | undefined): value is Value => value !== undefined

/** Creates the preview of an entry. The content is dropped if the preview contains all of it. */
function renderContent(record: ActivityRecord, maxPreviewLength: number): void {
  const { content } = record
  record.preview = previewOf(content, maxPreviewLength)
  record.bytes ??= estimateSize(content, maxEstimatedBytes)
  if (isComplete(record.preview)) record.content = undefined
}

/** Returns the bytes for which the content of a record counts. A content without a preview counts as 0. */
function contentBytesOf({ preview, bytes = 0, content }: ActivityRecord): number {
  if (preview === undefined) return 0
  return preview.length + (content === undefined ? 0 : bytes)
}
