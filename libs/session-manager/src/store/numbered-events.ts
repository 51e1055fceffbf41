import type { EventPage, StoredEvent } from './event-store.ts'

/** An event of a store that numbers the events of all its logs in one sequence. */
export interface NumberedEvent extends StoredEvent {
  readonly position: number
}

/** The content of a {@link numberedPage}. */
export interface NumberedPage {
  /** Events after `after`, in order. */
  readonly events: readonly NumberedEvent[]
  /** Whether there are more events after them. */
  readonly hasMore: boolean
  /** The requested cursor. */
  readonly after: number
  /** The latest position of the store. */
  readonly position: number
  /** The highest position that may have been trimmed. */
  readonly trimmedTo: number
}

/** Returns the position of a cursor, or infinity if another kind of store issued it. */
export function positionOfCursor(cursor: string): number {
  const position = Number(cursor)
  return Number.isSafeInteger(position) ? position : Infinity
}

/** Returns the page for a reader that starts with new events. */
export function newEventsFrom(position: number): EventPage {
  return { events: [], cursor: String(position), hasMore: false }
}

/** Creates a page of a store whose cursors are positions in one sequence. */
export function numberedPage(options: NumberedPage): EventPage {
  const { events, hasMore, after, position, trimmedTo } = options
  // The reader is ahead of the store, for example because the store restarted without its data.
  if (after > position) {
    return { ...newEventsFrom(position), gapBefore: String(position + 1) }
  }
  return {
    events,
    cursor: (hasMore ? events.at(-1)?.cursor : undefined) ?? String(position),
    hasMore,
    gapBefore: trimmedTo > after ? String(trimmedTo + 1) : undefined,
  }
}

/**
 * Implements `EventStore.advance` for a store with one sequence of positions. Its signals arrive in order and
 * are never lost, so a reader never has to read the log again.
 */
export function advanceNumbered(cursor: string, event: StoredEvent): string {
  return Number(event.cursor) > Number(cursor) ? event.cursor : cursor
}
