import type { MaybePromise } from '@mcp/protocol'

/** A notification to be appended to a log. */
export interface NewEvent {
  /** Id of the notification. An id is appended once per log. */
  readonly id: string
  readonly type: string
  /** The notification envelope as JSON. */
  readonly data: string
  readonly at: number
  /** Restricts an event of the broadcast log to the sessions that used this server. */
  readonly server?: string | undefined
}

export interface StoredEvent extends NewEvent {
  /** Position in the sequence of all events of the store. */
  readonly position: number
}

export interface EventPage {
  readonly events: readonly StoredEvent[]
  /** The latest position of the store. */
  readonly position: number
  /** The highest position that may have been trimmed, if it is after the requested position. */
  readonly trimmedTo?: number | undefined
}

/** The logs from which event streams are resumed. Contract suite: `itIsAnEventStore`. */
export interface EventStore {
  /**
   * Appends an event to the log of one session or, if `sessionId` is `undefined`, to the broadcast log,
   * which all sessions share. Publishes `appended` signals in the order of positions. Returns the
   * position, or `undefined` if the session does not exist or the log contains the notification already.
   */
  append(sessionId: string | undefined, event: NewEvent): MaybePromise<number | undefined>
  /**
   * Returns up to `limit` events after a position, in order. These are the events of the session and the
   * broadcasts since it was created. Returns `undefined` if the session does not exist.
   */
  read(sessionId: string, after: number, limit: number): MaybePromise<EventPage | undefined>
}
