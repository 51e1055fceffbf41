import type { MaybePromise } from '@mcp/protocol'

/** A session as a store holds it. Times are milliseconds since the epoch. */
export interface StoredSession {
  readonly id: string
  readonly clientId: string
  /** Id of the principal that owns the session; `undefined` for anonymous callers. */
  readonly owner: string | undefined
  /** The metadata that the client chose, as JSON. It is parsed only when a caller reads it. */
  readonly metadata: string
  readonly createdAt: number
  readonly lastActivity: number
  /** Maximum idle time. */
  readonly ttlMs: number
  /** Names of the servers that processed a request of the session, sorted. */
  readonly servers: readonly string[]
}

/** A new session, without the fields that the store adds. */
export type NewSession = Omit<StoredSession, 'lastActivity' | 'servers'>

/** The stored data of an ended session, available for `StoreLimits.endedSessionTtlMs`. */
export interface EndedSession {
  readonly owner: string | undefined
  readonly endedBy: EndReason
}

export type EndReason = 'closed' | 'expired'

export interface SessionPage {
  readonly sessions: readonly StoredSession[]
  /** Cursor of the next page; `undefined` on the last page. */
  readonly nextCursor?: string | undefined
}

/** The result of {@link SessionStore.sweep}. */
export interface Sweep {
  /** The sessions that this call ended. */
  readonly ended: readonly StoredSession[]
  /** Whether a further call can end or delete more. */
  readonly hasMore: boolean
}

/** Stores the sessions. Contract suite: `itIsASessionStore`. */
export interface SessionStore {
  /** @throws McpError `unavailable` or `rate-limited` if a bound of `StoreLimits` is reached. */
  create(session: NewSession): MaybePromise<void>
  /** Returns the live session, the ended session, or `undefined` for an unknown id. */
  read(sessionId: string): MaybePromise<StoredSession | EndedSession | undefined>
  /**
   * Returns a page of the sessions of one owner, oldest first: up to `limit`, or fewer if their metadata would
   * be longer than about 256 KiB together.
   *
   * @throws McpError `invalid-request` for a cursor that the store did not return.
   */
  list(owner: string, limit: number, cursor?: string): MaybePromise<SessionPage>
  /**
   * Records activity. Called for every request, so it must return immediately. A remote store writes the
   * change later.
   */
  touch(sessionId: string, at: number): void
  /**
   * Records that a server processes a request of the session, so that the server is notified when the session
   * ends. Called for every request, so a remote store should write each server of a session only once. Returns
   * whether the session is live.
   */
  addServer(sessionId: string, server: string): MaybePromise<boolean>
  /**
   * Ends a batch of the sessions that have been idle for their TTL, with the same effects as {@link
   * SessionStore.end}. Touches an expired session instead of ending it if `isActive` returns true. A store
   * without timers also deletes outdated responses, events and interactions here. Called once a second and
   * again while `hasMore` is true. A call must therefore not take more than a few milliseconds, and its cost
   * must not grow with the number of live sessions.
   */
  sweep(at: number, isActive: (sessionId: string) => boolean): MaybePromise<Sweep>
  /**
   * Ends a session, deletes its responses, events and interactions, and publishes `ended`. Exactly one
   * of several concurrent calls returns the session; the others return `undefined`. With the reason
   * `expired`, does nothing and returns `undefined` if the session was touched in time.
   */
  end(sessionId: string, reason: EndReason, at: number): MaybePromise<StoredSession | undefined>
}

/** Maximum time of one {@link SessionStore.sweep}, in milliseconds. */
export const sweepSliceMs = 4

/** Returns the time at which a session expires unless it is touched again. */
export function expiryOf(session: { lastActivity: number; ttlMs: number }): number {
  return session.lastActivity + session.ttlMs
}

/** Returns whether the result of {@link SessionStore.read} is a session that has not ended. */
export function isLive(found: StoredSession | EndedSession | undefined): found is StoredSession {
  return found !== undefined && !('endedBy' in found)
}
