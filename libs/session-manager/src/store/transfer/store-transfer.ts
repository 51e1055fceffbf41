import type { MaybePromise } from '@mcp/protocol'

import type { NewEvent } from '../event-store.ts'
import type { Resolution, StoredInteraction } from '../interaction-store.ts'
import type { StoredResponse } from '../response-store.ts'
import type { EndedSession, StoredSession } from '../session-store.ts'

/**
 * A range of positions that no event has. A reader whose cursor is in the range has read events that the store
 * lost.
 */
export interface SkippedPositions {
  /** The last position before them. */
  readonly after: number
  /** The first position after them. */
  readonly before: number
}

/**
 * One record of a store whose cursors are positions in one sequence. Times are milliseconds since the
 * epoch.
 */
export type StoreRecord =
  /** The sequence of all events, and the log of broadcasts. */
  | {
      readonly type: 'positions'
      /** The latest position. New events follow it. */
      readonly latest: number
      readonly skipped: readonly SkippedPositions[]
      /** Position of the last broadcast that was trimmed; 0 if none was. */
      readonly trimmedTo: number
    }
  | {
      readonly type: 'session'
      readonly session: StoredSession
      /** The latest position when the session was created. The session does not receive earlier broadcasts. */
      readonly createdAfter: number
      /** Position of the last event of the session that was trimmed; 0 if none was. */
      readonly trimmedTo: number
    }
  | {
      readonly type: 'ended-session'
      readonly sessionId: string
      readonly ended: EndedSession
      readonly at: number
    }
  /** A request id. It is `lost` if the process that claimed it ended before the response was recorded. */
  | {
      readonly type: 'response'
      readonly sessionId: string
      readonly requestId: string
      readonly fingerprint: number
      readonly at: number
      readonly state: 'settled' | 'evicted' | 'lost'
      /** Present if the state is `settled`. */
      readonly response?: StoredResponse | undefined
    }
  /** An event of a session or, without `sessionId`, a broadcast. */
  | {
      readonly type: 'event'
      readonly sessionId?: string | undefined
      readonly position: number
      readonly event: NewEvent
    }
  | {
      readonly type: 'interaction'
      readonly sessionId: string
      readonly interactionId: string
      readonly expiresAt: number
      /** The pending interaction, or the resolution of one that was resolved. */
      readonly content: StoredInteraction | Resolution
    }

/** The records of a store that no session manager uses. */
export interface StoreExport {
  /** Identifies the content. If the store is used after the export, its next export has another id. */
  readonly id: string
  /**
   * Returns all records without holding them in memory: first the positions, then each session in the order of
   * creation, followed by its responses, events and interactions, then the broadcasts and the ended sessions.
   * Events of a log are in order.
   */
  records(): Iterable<StoreRecord>
  /** Releases the store. */
  close(): void
}

/** Number of records by kind. */
export interface RecordCounts {
  readonly sessions: number
  readonly endedSessions: number
  readonly responses: number
  /** Events of sessions and broadcasts. */
  readonly events: number
  readonly interactions: number
}

/** An import that a store has received. */
export interface EarlierImport {
  readonly exportId: string
  readonly isComplete: boolean
}

/** The state of a store before an import. */
export interface ImportState {
  /** Number of live sessions. */
  readonly sessions: number
  /** Whether the store has no sessions, no ended sessions and no broadcasts. */
  readonly isEmpty: boolean
  readonly earlier: EarlierImport | undefined
}

/**
 * Imports the records of another store, so that the clients of that store can continue with their session ids,
 * cursors and request ids. Contract suite: `itImportsStores`.
 */
export interface StoreImport {
  /**
   * Keeps session managers from cleaning up the store until the returned function is called.
   *
   * @throws McpError `conflict` if a session manager uses the store.
   */
  lock(): Promise<() => Promise<void>>
  state(): Promise<ImportState>
  /** Records that an import has started or is complete. */
  mark(state: EarlierImport): Promise<void>
  /** Writes records. Ignores records that the store already has, so that an import can be repeated. */
  write(records: readonly StoreRecord[]): Promise<void>
  count(): Promise<RecordCounts>
  /** Deletes everything in the store. */
  clear(): MaybePromise<void>
}
