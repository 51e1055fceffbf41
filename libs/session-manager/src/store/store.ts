import type { JsonSchema, MaybePromise } from '@mcp/protocol'

/** One client's conversation, as a store keeps it. Times are milliseconds since the epoch. */
export interface StoredSession {
  readonly id: string
  readonly clientId: string
  /** The principal it belongs to; `undefined` where callers are anonymous. */
  readonly owner: string | undefined
  readonly metadata: Readonly<Record<string, unknown>>
  readonly createdAt: number
  readonly lastActivity: number
  /** How long it may be idle. */
  readonly ttlMs: number
  /** The servers that saw it. */
  readonly servers: readonly string[]
}

/** A session before the store has seen it. */
export type NewSession = Omit<StoredSession, 'lastActivity' | 'servers'>

/** What is remembered of a session that is gone, for `StoreLimits.rememberMs`. */
export interface EndedSession {
  readonly owner: string | undefined
  readonly endedBy: EndReason
}

export type EndReason = 'closed' | 'expired'

/** When a session that is not touched again stops answering. */
export function expiryOf(session: { lastActivity: number; ttlMs: number }): number {
  return session.lastActivity + session.ttlMs
}

export interface SessionPage {
  readonly sessions: readonly StoredSession[]
  /** Where the next page begins; absent on the last. */
  readonly nextCursor?: string | undefined
}

/** The wish to run a request whose id must not run twice. */
export interface Claim {
  readonly requestId: string
  /** Equal for equal requests. */
  readonly fingerprint: number
  readonly at: number
  /** Whether a claim whose holder died may be taken over. */
  readonly rerunLost: boolean
}

/** A recorded answer. */
export interface StoredAnswer {
  /** The status of HTTP that carries it. */
  readonly status: number
  readonly body: string
}

/** What a store says to a {@link Claim}. */
export type ClaimOutcome =
  /** The id was free and is now the caller's, until `settle`. */
  | { readonly type: 'claimed'; readonly session: StoredSession }
  /** Somebody else, who is alive, holds it. */
  | { readonly type: 'in-flight'; readonly session: StoredSession; readonly fingerprint: number }
  /** Its holder died before it settled. */
  | { readonly type: 'lost'; readonly session: StoredSession; readonly fingerprint: number }
  | {
      readonly type: 'answered'
      readonly session: StoredSession
      readonly fingerprint: number
      readonly answer: StoredAnswer
    }
  /** It was answered, and the answer is no longer kept. */
  | { readonly type: 'evicted'; readonly session: StoredSession }
  | { readonly type: 'no-session'; readonly ended: EndedSession | undefined }

/** A notification on its way into the log. */
export interface NewEvent {
  /** The notification's id: the same one is not appended twice. */
  readonly id: string
  readonly type: string
  /** The envelope, as JSON. */
  readonly data: string
  readonly at: number
  /** Of a broadcast: only for sessions that this server saw. */
  readonly server?: string | undefined
}

export interface StoredEvent extends NewEvent {
  /** Its place among all events of the store. */
  readonly position: number
}

export interface EventPage {
  readonly events: readonly StoredEvent[]
  /** The store's latest position. */
  readonly position: number
  /** The last position that may be missing: what followed `after` was trimmed up to here. */
  readonly trimmedTo?: number | undefined
}

/** A question to a person, as a store keeps it. */
export interface StoredInteraction {
  readonly id: string
  readonly requestId: string
  readonly kind: string
  readonly message: string
  readonly schema?: JsonSchema | undefined
  readonly expiresAt: number
}

/** How an interaction ended. */
export interface Resolution {
  readonly action: 'accept' | 'decline' | 'cancel' | 'expire'
  readonly content?: Readonly<Record<string, unknown>> | undefined
}

/** What store and session managers tell every session manager on the same store. */
export type Signal =
  | {
      readonly type: 'appended'
      readonly sessionId?: string | undefined
      readonly event: StoredEvent
    }
  | { readonly type: 'ended'; readonly sessionId: string; readonly reason: EndReason }
  | { readonly type: 'cancel'; readonly sessionId: string; readonly requestId: string }
  | {
      readonly type: 'resolved'
      readonly sessionId: string
      readonly interactionId: string
      readonly resolution: Resolution
    }

/**
 * Where sessions live: the sessions themselves, the answers to their requests, their event log and
 * what waits for a person. Every method may answer at once or later; a store in this process answers
 * at once, and a request then never waits for it. `itIsAStore` from `@mcp/session-manager/testing`
 * says whether an implementation is one.
 */
export interface Store {
  create(session: NewSession): MaybePromise<void>
  /** The session, what is remembered of it, or `undefined`. */
  read(sessionId: string): MaybePromise<StoredSession | EndedSession | undefined>
  /** The sessions of one owner, oldest first. */
  list(owner: string, limit: number, cursor?: string): MaybePromise<SessionPage>
  /**
   * Says that the session was active, and which server saw it. Called for every request, so it must
   * not wait: a remote store writes behind.
   */
  touch(sessionId: string, at: number, server?: string): void
  /** Up to `limit` sessions idle for longer than their TTL. Its cost must not grow with the others. */
  expired(at: number, limit: number): MaybePromise<readonly string[]>
  /**
   * Ends a session, and releases all that belongs to it. Of several callers one gets the session; so
   * does nobody, with `expired`, where the session was touched in time. Signals `ended`.
   */
  end(sessionId: string, reason: EndReason, at: number): MaybePromise<StoredSession | undefined>

  /** Reads the session and claims the request's id: one round trip. */
  claim(sessionId: string, claim: Claim): MaybePromise<ClaimOutcome>
  /** Records the answer of a claimed request; without one the id is free again. */
  settle(
    sessionId: string,
    requestId: string,
    at: number,
    answer?: StoredAnswer,
  ): MaybePromise<void>

  /**
   * Adds to the log of one session, or of all (`undefined`), and signals `appended`. The position;
   * `undefined` where the session is gone or the notification is there already.
   */
  append(sessionId: string | undefined, event: NewEvent): MaybePromise<number | undefined>
  /**
   * What the session has to hear after a position, in order: its own events and those for all since
   * it began, at most `limit`. `undefined` where the session is gone.
   */
  events(sessionId: string, after: number, limit: number): MaybePromise<EventPage | undefined>

  /** Keeps a question until it is resolved, is long past its time, or the session ends. */
  ask(sessionId: string, interaction: StoredInteraction): MaybePromise<void>
  /**
   * Resolves a question, once, and signals `resolved`. The interaction where this call did it, how it
   * ended where another call had, and `undefined` where there is none or it is no longer kept.
   */
  resolve(
    sessionId: string,
    interactionId: string,
    resolution: Resolution,
  ): MaybePromise<StoredInteraction | Resolution['action'] | undefined>

  /**
   * Hears the signals of one session's log (`appended`), or, without a session, the `appended` of
   * broadcasts and every other signal.
   */
  listen(sessionId: string | undefined, listener: (signal: Signal) => void): () => void
  /** Tells every listener, on whichever replica. */
  tell(signal: Signal): MaybePromise<void>

  /** Writes what waits, and releases what it holds. */
  close(): MaybePromise<void>
}

/** Whether what a store read is a session that is still there. */
export function isLive(found: StoredSession | EndedSession | undefined): found is StoredSession {
  return found !== undefined && !('endedBy' in found)
}
