import { randomBytes } from 'node:crypto'

import type { StoredSession } from '@mcp/session-manager'
import { LRUCache } from 'lru-cache'

import { listOf, toVersion } from '../results.ts'

/** A session as this process has read it. */
export interface KnownSession {
  /** Version of its fields in Redis; '' if the version is unknown. */
  readonly version: string
  /** The session with the last activity that it had when it was read. */
  readonly session: StoredSession
}

/**
 * The sessions that this process has read. Each request reads its session again, but Redis returns the fields
 * only if their version has changed. The session is therefore never older than the request.
 */
export interface KnownSessions {
  get(id: string): KnownSession | undefined
  /**
   * Returns a session that was read with the version of `known`. `fields` is empty if Redis has this version.
   */
  read(id: string, known: KnownSession | undefined, fields: unknown, expiry: unknown): StoredSession
  has(sessionId: string, server: string): boolean
  /** Records that the session in Redis contains this server. */
  add(sessionId: string, server: string): void
  forget(sessionId: string): void
  /** Returns a version that no other change of a session has. */
  nextVersion(): string
}

const maxSessions = 10_000
/** Maximum total length of the metadata of all known sessions in characters, plus one for each session. */
const maxLength = 8 * 1024 * 1024

export function createKnownSessions(): KnownSessions {
  const sessions = new LRUCache<string, KnownSession>({
    max: maxSessions,
    maxSize: maxLength,
    sizeCalculation: ({ session }) => 1 + session.metadata.length,
  })
  const prefix = randomBytes(6).toString('base64url')
  let changes = 0

  return {
    get: (id) => sessions.get(id),
    read(id, known, fields, expiry) {
      if (known !== undefined && listOf(fields).length === 0) {
        const { session } = known
        return { ...session, lastActivity: Number(expiry) - session.ttlMs }
      }
      const read = toVersion(id, fields, expiry)
      sessions.set(id, read)
      return read.session
    },
    has: (id, server) => sessions.get(id)?.session.servers.includes(server) === true,
    add(id, server) {
      const known = sessions.get(id)
      if (known === undefined) return
      const servers = [...known.session.servers, server].toSorted()
      sessions.set(id, { version: '', session: { ...known.session, servers } })
    },
    forget: (id) => void sessions.delete(id),
    nextVersion: () => `${prefix}${++changes}`,
  }
}
