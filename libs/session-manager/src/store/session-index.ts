import { McpError } from '@mcp/protocol'

import { createExpiryWheel } from './memory/expiry-wheel.ts'
import type { Expiring } from './memory/expiry-wheel.ts'
import { createEndedSessions } from './ended-sessions.ts'
import { expiryOf } from './session-store.ts'
import type {
  EndedSession,
  EndReason,
  NewSession,
  SessionPage,
  StoredSession,
} from './session-store.ts'
import type { StoreLimits } from './store-limits.ts'
import { utf8Length } from './utf8-length.ts'

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** One live session in memory. A store extends this type with its other data of the session. */
export interface IndexedSession extends Expiring {
  readonly session: Mutable<StoredSession>
  /** Increases with each new session. `list` returns sessions in this order. */
  readonly serial: number
}

/** All live sessions of a store in memory, and the {@link EndedSession}s. */
export interface SessionIndex<Entry extends IndexedSession> {
  /** Returns the number of live sessions. */
  size(): number
  get(sessionId: string): Entry | undefined
  getEnded(sessionId: string): EndedSession | undefined
  /** @throws McpError `unavailable` or `rate-limited` if there is no capacity for another session. */
  assertCapacity(session: NewSession): void
  add(entry: Entry): void
  list(owner: string, limit: number, cursor?: string): SessionPage
  /** Records activity. Returns the entry, or `undefined` if the session does not exist. */
  touch(sessionId: string, at: number): Entry | undefined
  /**
   * Records a server that the session used. Returns the entry, or `undefined` if the session does not exist.
   */
  addServer(sessionId: string, server: string): Entry | undefined
  /** Returns up to `limit` sessions that have been idle for their TTL. */
  expired(
    at: number,
    limit: number,
  ): { readonly entries: readonly Entry[]; readonly hasMore: boolean }
  /** Removes a live session. */
  remove(entry: Entry): void
  /** Removes a live session and adds its {@link EndedSession}. */
  end(entry: Entry, reason: EndReason, at: number): void
  /** Adds the {@link EndedSession} of a session that is not live in this index. */
  addEnded(sessionId: string, ended: EndedSession, at: number): void
  /** Drops a batch of ended sessions that are older than `endedSessionTtlMs`. */
  pruneEnded(at: number): void
  clear(): void
}

const noServers: readonly string[] = []

/** Returns the fields of an entry for a new session. */
export function createIndexedSession(session: NewSession, serial: number): IndexedSession {
  return restoreIndexedSession(
    { ...session, lastActivity: session.createdAt, servers: noServers },
    serial,
  )
}

/** Returns the fields of an entry for a session that was stored before. */
export function restoreIndexedSession(stored: StoredSession, serial: number): IndexedSession {
  const session = { ...stored }
  return { session, serial, bucket: 0, expiresAt: () => expiryOf(session) }
}

/**
 * Maximum length of the metadata in a page of sessions, in characters. Only a page of a single session may be
 * longer. A page of 1,000 sessions with the longest metadata would have 16 MiB.
 */
export const maxSessionPageLength = 256 * 1024

/**
 * Returns a page of the entries after a serial number. `last` is the last entry of the page if more entries
 * follow it.
 */
function pageOf<Entry extends IndexedSession>(
  entries: Iterable<Entry>,
  after: number,
  limit: number,
): { readonly page: readonly Entry[]; readonly last: Entry | undefined } {
  const page: Entry[] = []
  let length = 0
  for (const entry of entries) {
    if (entry.serial <= after) continue
    length += entry.session.metadata.length
    const isFull = page.length >= limit || (length > maxSessionPageLength && page.length > 0)
    if (isFull) return { page, last: page.at(-1) }
    page.push(entry)
  }
  return { page, last: undefined }
}

export function createSessionIndex<Entry extends IndexedSession>(
  limits: StoreLimits,
): SessionIndex<Entry> {
  const live = new Map<string, Entry>()
  const ended = createEndedSessions(limits)
  const byOwner = new Map<string, Set<Entry>>()
  const wheel = createExpiryWheel<Entry>()
  const withServer = createServerLists()
  let metadataBytes = 0

  function remove(entry: Entry): void {
    const { id, owner, metadata } = entry.session
    live.delete(id)
    wheel.remove(entry)
    metadataBytes -= utf8Length(metadata)
    if (owner === undefined) return
    const owned = byOwner.get(owner)
    if (owned?.delete(entry) === true && owned.size === 0) byOwner.delete(owner)
  }

  return {
    get: (sessionId) => live.get(sessionId),
    getEnded: (sessionId) => ended.get(sessionId),
    assertCapacity({ owner, metadata }) {
      const { maxSessions, maxSessionsPerOwner, maxTotalMetadataBytes } = limits
      if (live.size >= maxSessions) {
        throw limitReached('unavailable', 'sessions', maxSessions, 'sessions')
      }
      if (owner !== undefined && (byOwner.get(owner)?.size ?? 0) >= maxSessionsPerOwner) {
        throw limitReached(
          'rate-limited',
          'sessionsPerOwner',
          maxSessionsPerOwner,
          'sessions of this caller',
        )
      }
      if (metadataBytes + utf8Length(metadata) > maxTotalMetadataBytes) {
        throw limitReached(
          'unavailable',
          'metadataBytes',
          maxTotalMetadataBytes,
          'bytes of session metadata',
        )
      }
    },
    add(entry) {
      const { id, owner, metadata } = entry.session
      live.set(id, entry)
      wheel.add(entry)
      metadataBytes += utf8Length(metadata)
      if (owner === undefined) return
      const owned = byOwner.get(owner)
      if (owned === undefined) byOwner.set(owner, new Set([entry]))
      else owned.add(entry)
    },
    list(owner, limit, cursor = '0') {
      const { page, last } = pageOf(byOwner.get(owner) ?? [], serialOf(cursor), limit)
      return {
        sessions: page.map(({ session }) => session),
        nextCursor: last === undefined ? undefined : String(last.serial),
      }
    },
    touch(sessionId, at) {
      const entry = live.get(sessionId)
      if (entry !== undefined && at > entry.session.lastActivity) entry.session.lastActivity = at
      return entry
    },
    addServer(sessionId, server) {
      const entry = live.get(sessionId)
      if (entry !== undefined && !entry.session.servers.includes(server)) {
        entry.session.servers = withServer(entry.session.servers, server)
      }
      return entry
    },
    expired(at, limit) {
      const { expired, hasMore } = wheel.due(at, limit)
      return { entries: expired, hasMore }
    },
    remove,
    end(entry, endedBy, at) {
      remove(entry)
      const { id, owner } = entry.session
      ended.add(id, { owner, endedBy }, at)
    },
    addEnded: (sessionId, how, at) => ended.add(sessionId, how, at),
    pruneEnded: (at) => ended.prune(at),
    size: () => live.size,
    clear() {
      live.clear()
      ended.clear()
      byOwner.clear()
    },
  }
}

/** Returns a function that adds a server to a sorted list. */
function createServerLists() {
  // Most sessions use the same servers, so they share one array to save memory.
  const lists = new Map<string, readonly string[]>()
  return (servers: readonly string[], server: string): readonly string[] => {
    const all = [...servers, server].toSorted()
    const key = JSON.stringify(all)
    const shared = lists.get(key) ?? all
    if (lists.size < 1000) lists.set(key, shared)
    return shared
  }
}

function serialOf(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) throw invalidCursor()
  return Number(cursor)
}

/** Creates the error for a cursor that no page contained. */
export function invalidCursor(): McpError {
  return new McpError('invalid-request', 'cursor must be the nextCursor of a previous page.', {
    details: { query: 'cursor' },
  })
}

/** Creates the error for a new session beyond a bound of the store. */
export function limitReached(
  code: 'unavailable' | 'rate-limited',
  limit: string,
  max: number,
  what: string,
): McpError {
  return new McpError(code, `All ${max} ${what} are in use. Close sessions or retry later.`, {
    details: { limit, max },
  })
}
