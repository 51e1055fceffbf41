import { chain } from '@mcp/concurrency'
import { createNotification, McpError, systemNotifications } from '@mcp/protocol'
import type { MaybePromise } from '@mcp/protocol'

import type { Core } from '../core.ts'
import { createSessionId, sessionNotFound } from './session.ts'
import type { EndReason, NewSession, StoredSession } from '../store/store.ts'
import { expiryOf, isLive } from '../store/store.ts'

export interface SessionsOptions {
  readonly idleTtlMs: number
  readonly maxTtlMs: number
}

/** What a caller may say of a new session. */
export interface NewSessionOptions {
  /** Default: a fresh one. */
  readonly clientId?: string | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** How long it may be idle, in milliseconds. Default and upper bound: the session manager's. */
  readonly ttlMs?: number | undefined
}

/** Opening, finding and ending sessions. */
export interface Sessions {
  open(owner: string | undefined, options?: NewSessionOptions): MaybePromise<StoredSession>
  /** @throws McpError `session-not-found` */
  find(sessionId: string, owner: string | undefined): MaybePromise<StoredSession>
  /** @throws McpError `session-not-found` where the session is not this caller's, or has run out. */
  admit(session: StoredSession, owner: string | undefined, at: number): void
  /** @throws McpError `session-not-found`, also for whoever came second. */
  close(sessionId: string, owner: string | undefined): MaybePromise<void>
  /** Ends what was idle for too long; answers when this round is done. */
  sweep(): Promise<void>
  /** Says that what is held here is alive. */
  keepAlive(): void
}

const minTtlMs = 1000
const sweepAtOnce = 500

export function createSessions(core: Core, options: SessionsOptions): Sessions {
  const { store, clock, runs, presences, metrics, dispatcher, onError } = core

  function isHeld(sessionId: string): boolean {
    return presences.of(sessionId) !== undefined || runs.hasSession(sessionId)
  }

  function end(sessionId: string, reason: EndReason): MaybePromise<StoredSession | undefined> {
    return chain(store.end(sessionId, reason, clock.now()), (session) => {
      if (session === undefined) return undefined
      metrics.count('mcp_sessions_ended_total', `reason="${reason}"`)
      if (session.servers.length > 0) {
        dispatcher.sessionClosed(sessionId, session.servers).catch(onError)
      }
      return session
    })
  }

  function admit(session: StoredSession, owner: string | undefined, at: number): void {
    if (session.owner !== owner) throw sessionNotFound(session.id, owner)
    if (expiryOf(session) > at || isHeld(session.id)) return
    // It ran out and the sweep has not come by yet.
    Promise.resolve(end(session.id, 'expired')).catch(onError)
    throw sessionNotFound(session.id, owner, { owner, endedBy: 'expired' })
  }

  function find(sessionId: string, owner: string | undefined): MaybePromise<StoredSession> {
    return chain(store.read(sessionId), (found) => {
      if (!isLive(found)) throw sessionNotFound(sessionId, owner, found)
      admit(found, owner, clock.now())
      return found
    })
  }

  async function expire(sessionId: string): Promise<void> {
    if (isHeld(sessionId)) store.touch(sessionId, clock.now())
    else await end(sessionId, 'expired')
  }

  return {
    open(owner, { clientId, metadata, ttlMs = options.idleTtlMs } = {}) {
      if (core.isClosing) throw new McpError('unavailable', 'The session manager is shutting down.')
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
    admit,
    close(sessionId, owner) {
      return chain(find(sessionId, owner), () =>
        chain(end(sessionId, 'closed'), (session) => {
          if (session !== undefined) return
          throw sessionNotFound(sessionId, owner, { owner, endedBy: 'closed' })
        }),
      )
    },
    async sweep() {
      const ids = await store.expired(clock.now(), sweepAtOnce)
      await Promise.all(ids.map(expire))
      // The rest in the next round: ending many thousands at once would hold up everybody else.
      if (ids.length === sweepAtOnce) clock.after(1, () => void this.sweep().catch(onError))
    },
    keepAlive() {
      const now = clock.now()
      for (const sessionId of presences.ids()) store.touch(sessionId, now)
      for (const { sessionId } of runs.list()) store.touch(sessionId, now)
    },
  }
}

const noMetadata = Object.freeze({})

/** The last event of a session's streams. */
export function createSessionEnd(sessionId: string, reason: EndReason, at: number) {
  const { sessionClosed, sessionExpired } = systemNotifications
  const type = reason === 'closed' ? sessionClosed : sessionExpired
  return createNotification(type, { sessionId, reason }, { at })
}
