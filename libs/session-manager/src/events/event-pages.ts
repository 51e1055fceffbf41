import type { EventPage, EventStore, StoredEvent } from '../store/event-store.ts'

/** Reads the log of a session page by page. */
export interface EventPages {
  /** Returns the events after a cursor, or undefined if the session does not exist. */
  read(after: string | undefined): Promise<EventPage | undefined>
}

/** Number of events of the first page. The following pages are larger if the events are small. */
const firstPageSize = 8
const maxPageSize = 128
/**
 * Maximum size of a page, in characters, unless it is a single event. A reader that stops reading holds a
 * page in memory, and a page of the largest events would have 32 MiB.
 */
const maxPageLength = 64 * 1024

export function createEventPages(store: Pick<EventStore, 'read'>, sessionId: string): EventPages {
  let pageSize = firstPageSize

  return {
    async read(after) {
      const page = await store.read(sessionId, after, pageSize)
      if (page === undefined) return undefined
      const count = countWithin(page.events, maxPageLength)
      const last = page.events[count - 1]
      if (count === page.events.length || last === undefined) {
        pageSize = Math.min(2 * pageSize, maxPageSize)
        return page
      }
      pageSize = count
      return {
        ...page,
        events: page.events.slice(0, count),
        cursor: last.cursor,
        hasMore: true,
      }
    },
  }
}

/** Returns how many of the first events have at most `maxLength` characters together, at least one. */
function countWithin(events: readonly StoredEvent[], maxLength: number): number {
  let length = 0
  const end = events.findIndex(({ data }, index) => {
    length += data.length
    return index > 0 && length > maxLength
  })
  return end === -1 ? events.length : end
}
