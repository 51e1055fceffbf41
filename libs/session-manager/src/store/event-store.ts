import type { MaybePromise } from '@mcp/protocol'

/** A notification to be appended to a log. */
export interface NewEvent {
  /** Id of the notification. An id is appended once per log. */
  readonly id: string
  readonly type: string
  /** The notification envelope as JSON. */
  readonly data: string
  readonly at: number
  /** For a broadcast: restricts it to the sessions that used this server. */
  readonly server?: string | undefined
}

export interface StoredEvent extends NewEvent {
  /** Position in the one sequence of all events of the store. */
  readonly position: number
}

export interface EventPage {
  readonly events: readonly StoredEvent[]
  /** The latest position of the store. */
  readonly position: number
  /** The last position after the requested one whose event may have been trimmed. */
  readonly trimmedTo?: number | undefined
}

/** The logs from which event streams are resumed. Contract suite: `itIsAnEventStore`. */
export interface EventStore {
  /**
   * Appends to the log of one session, or to the broadcast log (`undefined`), and publishes
   * `appended`, in the order of positions. Returns the position, or `undefined` if the session does
   * not exist or the log contains the notification already.
   */
  append(sessionId: string | undefined, event: NewEvent): MaybePromise<number | undefined>
  /**
   * Returns up to `limit` events of a session after a position, in order: its own and the broadcasts
   * since it was created. Returns `undefined` if the session does not exist.
   */
  read(sessionId: string, after: number, limit: number): MaybePromise<EventPage | undefined>
}
