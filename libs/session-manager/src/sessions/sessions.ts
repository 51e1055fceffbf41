import { chain } from '@mcp/concurrency'
import type { Clock, MaybePromise } from '@mcp/protocol'

import type { Metrics } from '../metrics.ts'
import type { EndReason, NewSession, SessionStore, StoredSession } from '../store/session-store.ts'
import { expiryOf, isLive } from '../store/session-store.ts'
import { createSessionId, sessionNotFound } from './session.ts'

export interface SessionsOptions {
  readonly store: SessionStore
  readonly clock: Clock
  readonly metrics: Metrics
  /** Ids of the sessions with a request in flight or an open stream in this process. */
  readonly activeIds: () => Iterable<string>
  readonly isActive: (sessionId: string) => boolean
  /** Releases what the servers hold for an ended session. */
  readonly releaseOnServers: (sessionId: string, servers: readonly string[]) => Promise<void>
  /** Throws `unavailable` during shutdown. */
  readonly assertOpen: () => void
  readonly onError: (error: unknown) => void
  readonly idleTtlMs: number
  readonly maxTtlMs: number
}

/** The fields of a new session that its caller may choose. */
export interface NewSessionOptions {
  /** Default: a generated id. */
  readonly clientId?: string | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** Maximum idle time, in milliseconds. Default and upper bound: set by the session manager. */
  readonly ttlMs?: number | undefined
}

/** The life cycle of sessions. */
export interface Sessions {
  open(owner: string | undefined, options?: NewSessionOptions): MaybePromise<StoredSession>
  /** @throws McpError `session-not-found` */
  find(sessionId: string, owner: string | undefined): MaybePromise<StoredSession>
  /** @throws McpError `session-not-found` if the caller is not the owner or the session has expired. */
  assertAccess(session: StoredSession, owner: string | undefined, at: number): void
  /** @throws McpError `session-not-found`, also if another caller has just closed it. */
  close(sessionId: string, owner: string | undefined): MaybePromise<void>
  /** Ends expired sessions. Resolves when this batch is done. */
  sweep(): Promise<void>
  /** Touches the active sessions of this process, so that no other replica expires them. */
  keepAlive(): void
}

const minTtlMs = 1000
const sweepBatchSize = 500
const noMetadata = Object.freeze({})

export function createSessions(options: SessionsOptions): Sessions {
  const { store, clock, metrics, activeIds, isActive, onError } = options

  function end(sessionId: string, reason: EndReason): MaybePromise<StoredSession | undefined> {
    return chain(store.end(sessionId, reason, clock.now()), (session) => {
      if (session === undefined) return undefined
      metrics.count('mcp_sessions_ended_total', `reason="${reason}"`)
      if (session.servers.length > 0) {
        options.releaseOnServers(sessionId, session.servers).catch(onError)
      }
      return session
    })
  }

  function assertAccess(session: StoredSession, owner: string | undefined, at: number): void {
    if (session.owner !== owner) throw sessionNotFound(session.id, owner)
    if (expiryOf(session) > at || isActive(session.id)) return
    // Expired, but not swept yet.
    Promise.resolve(end(session.id, 'expired')).catch(onError)
    throw sessionNotFound(session.id, owner, { owner, endedBy: 'expired' })
  }

  function find(sessionId: string, owner: string | undefined): MaybePromise<StoredSession> {
    return chain(store.read(sessionId), (found) => {
      if (!isLive(found)) throw sessionNotFound(sessionId, owner, found)
      assertAccess(found, owner, clock.now())
      return found
    })
  }

  async function expire(sessionId: string): Promise<void> {
    if (isActive(sessionId)) store.touch(sessionId, clock.now())
    else await end(sessionId, 'expired')
  }

  return {
    open(owner, { clientId, metadata, ttlMs = options.idleTtlMs } = {}) {
      options.assertOpen()
      const createdAt = clock.now()
      const session: NewSession = {
        id: createSessionId(),
        clientId: clientId ?? `client-${crypto.randomUUID()}`,
        owner,
        metadata: metadata ?? noMetadata,
        createdAt,
        ttlMs: Math.max(minTtlMs, Math.min(ttlMs, options.maxTtlMs)),
      }
      return chain(store.create(session), () => {
        metrics.count('mcp_sessions_opened_total')
        return { ...session, lastActivity: createdAt, servers: [] }
      })
    },
    find,
    assertAccess,
    close(sessionId, owner) {
      return chain(find(sessionId, owner), () =>
        chain(end(sessionId, 'closed'), (session) => {
          if (session !== undefined) return
          throw sessionNotFound(sessionId, owner, { owner, endedBy: 'closed' })
        }),
      )
    },
    async sweep() {
      const ids = await store.expired(clock.now(), sweepBatchSize)
      await Promise.all(ids.map(expire))
      // The rest in another turn: ending many thousands in one would delay all requests.
      if (ids.length === sweepBatchSize) clock.after(1, () => void this.sweep().catch(onError))
    },
    keepAlive() {
      const now = clock.now()
      for (const sessionId of activeIds()) store.touch(sessionId, now)
    },
  }
}
