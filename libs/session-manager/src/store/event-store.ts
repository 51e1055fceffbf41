import type { MaybePromise } from '@mcp/protocol'

/** A notification to be appended to a log. */
export interface NewEvent {
  /** Id of the notification. A log contains each id at most once. */
  readonly id: string
  readonly type: string
  /** The notification envelope as JSON. */
  readonly data: string
  readonly at: number
  /** Restricts an event of the broadcast log to the sessions that used this server. */
  readonly server?: string | undefined
}

export interface StoredEvent extends NewEvent {
  /**
   * Cursor of a reader that has received everything up to this event. Exception: a store can have separate
   * positions for the log of a session and for the broadcast log. In the signals of such a store, the cursor
   * contains only the position in the log of the event. {@link EventStore.advance} combines this position with
   * the cursor of the reader.
   */
  readonly cursor: string
}

export interface EventPage {
  readonly events: readonly StoredEvent[]
  /** Cursor of the next page, after the events of this page and everything that was trimmed. */
  readonly cursor: string
  /** Whether the logs contain more events for the session. */
  readonly hasMore: boolean
  /**
   * The cursor before which events may be missing. Set if events after the requested cursor were trimmed, if
   * that cursor is ahead of the logs, or if another store issued it.
   */
  readonly gapBefore?: string | undefined
}

/**
 * The logs from which event streams are resumed. A cursor is opaque: one or two integers, separated by a
 * full stop, that never decrease for a session. Contract suite: `itIsAnEventStore`.
 */
export interface EventStore {
  /**
   * Appends an event to the log of one session or, if `sessionId` is `undefined`, to the broadcast log,
   * which all sessions share. Publishes `appended` signals in the order of the log. Returns the cursor
   * of the event, `false` if the log contains the notification already, or `undefined` if the session does not
   * exist.
   */
  append(sessionId: string | undefined, event: NewEvent): MaybePromise<string | false | undefined>
  /**
   * Returns up to `limit` events after a cursor, in order. These are the events of the session and the
   * broadcasts since it was created. May return fewer, but at least one, if they would be longer than 64 KiB
   * together. Without a cursor, returns no events and the cursor of new events. Returns `undefined` if the
   * session does not exist.
   */
  read(
    sessionId: string,
    after: string | undefined,
    limit: number,
  ): MaybePromise<EventPage | undefined>
  /**
   * Returns the cursor of a reader after it receives the event of an `appended` signal. Returns `cursor` itself
   * if the reader has received the event before. Returns `undefined` if events between the two are missing. The
   * reader must then read the log.
   */
  advance(cursor: string, event: StoredEvent): string | undefined
}
