import type { EventPage, EventStore } from '../store/event-store.ts'
import { countEventsOfPage } from '../store/event-page-length.ts'

/** Reads the log of a session page by page. */
export interface EventPages {
  /** Returns the events after a cursor, or undefined if the session does not exist. */
  read(after: string | undefined): Promise<EventPage | undefined>
}

/** Number of events of the first page. The following pages are larger if the events are small. */
const firstPageSize = 8
const maxPageSize = 128

export function createEventPages(store: Pick<EventStore, 'read'>, sessionId: string): EventPages {
  let pageSize = firstPageSize

  return {
    async read(after) {
      const page = await store.read(sessionId, after, pageSize)
      if (page === undefined) return undefined
      const count = countEventsOfPage(page.events.map(({ data }) => data))
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
