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
  /** Releases the resources that the servers hold for an ended session. */
  readonly releaseOnServers: (sessionId: string, servers: readonly string[]) => Promise<void>
  /** Throws `unavailable` during shutdown. */
  readonly assertOpen: () => void
  readonly onError: (error: unknown) => void
  readonly idleTtlMs: number
  readonly maxTtlMs: number
  /** Whether other session managers use the store. */
  readonly isShared: boolean
}

/** The fields of a new session that its caller may choose. */
export interface NewSessionOptions {
  /** Id of the session, as long and as random as a generated one. Default: a generated id. */
  readonly id?: string | undefined
  /** Default: a generated id. */
  readonly clientId?: string | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** Maximum idle time, in milliseconds. The session manager sets the default and the upper bound. */
  readonly ttlMs?: number | undefined
}

/** The life cycle of sessions. */
export interface Sessions {
  open(owner: string | undefined, options?: NewSessionOptions): MaybePromise<StoredSession>
  /** @throws McpError `session-not-found` */
  find(sessionId: string, owner: string | undefined): MaybePromise<StoredSession>
  /** @throws McpError `session-not-found` if `owner` does not own the session or it has expired. */
  assertAccess(session: StoredSession, owner: string | undefined, at: number): void
  /** @throws McpError `session-not-found`, also if another caller has just closed it. */
  close(sessionId: string, owner: string | undefined): MaybePromise<void>
  /**
   * Ends expired sessions regularly, until the returned function is called. Also touches the sessions that
   * are active in this process, so that no other replica ends them.
   */
  maintain(): () => void
}

const minTtlMs = 1000
const sweepEveryMs = 1000
const keepAliveEveryMs = 5000
/**
 * Minimum TTL with a shared store. It is longer than the time between two touches, so no other replica ends an
 * active session.
 */
const minSharedTtlMs = 3 * keepAliveEveryMs
/** Pause between two batches of a sweep, during which requests run. */
const sweepPauseMs = 12

export function createSessions(options: SessionsOptions): Sessions {
  const { store, clock, metrics, activeIds, isActive, onError } = options
  const sessionMinTtlMs = options.isShared ? minSharedTtlMs : minTtlMs

  let isSweeping = false
  let isStopped = false

  function onEnded({ id, servers }: StoredSession, reason: EndReason): void {
    metrics.count('mcp_sessions_ended_total', reason)
    if (servers.length > 0) options.releaseOnServers(id, servers).catch(onError)
  }

  function end(sessionId: string, reason: EndReason): MaybePromise<StoredSession | undefined> {
    return chain(store.end(sessionId, reason, clock.now()), (session) => {
      if (session !== undefined) onEnded(session, reason)
      return session
    })
  }

  function assertAccess(session: StoredSession, owner: string | undefined, at: number): void {
    if (session.owner !== owner) throw sessionNotFound(session.id, owner)
    if (expiryOf(session) > at || isActive(session.id)) return
    // The session has expired, but no sweep has ended it yet.
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

  async function sweepBatches(): Promise<void> {
    const { ended, hasMore } = await store.sweep(clock.now(), isActive)
    for (const session of ended) onEnded(session, 'expired')
    if (!hasMore) return
    // Without a pause, ending many thousands of sessions would delay all requests.
    await new Promise<void>((resolve) => void clock.after(sweepPauseMs, resolve))
    if (!isStopped) await sweepBatches()
  }

  async function sweep(): Promise<void> {
    if (isSweeping) return
    isSweeping = true
    try {
      await sweepBatches()
    } finally {
      isSweeping = false
    }
  }

  function keepAlive(): void {
    const now = clock.now()
    for (const sessionId of activeIds()) store.touch(sessionId, now)
  }

  return {
    open(owner, { id, clientId, metadata, ttlMs = options.idleTtlMs } = {}) {
      options.assertOpen()
      const createdAt = clock.now()
      const session: NewSession = {
        id: id ?? createSessionId(),
        clientId: clientId ?? `client-${crypto.randomUUID()}`,
        owner,
        metadata: metadata === undefined ? '{}' : JSON.stringify(metadata),
        createdAt,
        ttlMs: Math.max(sessionMinTtlMs, Math.min(ttlMs, options.maxTtlMs)),
      }
      return chain(metrics.timed('create', store.create(session)), () => {
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
    maintain() {
      const stops = [
        clock.every(sweepEveryMs, () => void sweep().catch(onError)),
        clock.every(keepAliveEveryMs, keepAlive),
      ]
      return () => {
        isStopped = true
        for (const stop of stops) stop()
      }
    },
  }
}
