import { expiryOf } from '@mcp/session-manager'
import type {
  EndedSession,
  EndReason,
  NewSession,
  SessionPage,
  StoreLimits,
  StoredSession,
} from '@mcp/session-manager'

import type { Database, Row } from './database.ts'
import { integer, list, optionalText, record, text } from './row.ts'

/** A session with its keys in the other tables. */
export interface SessionRow {
  readonly serial: number
  readonly session: StoredSession
  /** The store's position when the session was created: earlier broadcasts are not for it. */
  readonly createdAfter: number
}

export interface SessionTable {
  create(session: NewSession, createdAfter: number): void
  find(id: string): SessionRow | undefined
  findEnded(id: string): EndedSession | undefined
  list(owner: string, limit: number, cursor: string): SessionPage
  touch(id: string, at: number, server: string | undefined): void
  expired(at: number, limit: number): readonly string[]
  /** Moves a session to the ended ones. */
  end(row: SessionRow, reason: EndReason, at: number): void
  /** Deletes the remainders of sessions that ended long ago. */
  prune(at: number): void
  /** Writes the recorded touches. */
  flush(): void
}

interface Touch {
  at: number
  readonly servers: Set<string>
}

export function createSessionTable(database: Database, limits: StoreLimits): SessionTable {
  const insert = database.prepare(`
    INSERT INTO sessions (id, client_id, owner, metadata, created_at, ttl_ms, last_activity,
      expires_at, servers, begins_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '[]', ?)`)
  const select = database.prepare('SELECT * FROM sessions WHERE id = ?')
  const selectEnded = database.prepare('SELECT owner, ended_by FROM ended_sessions WHERE id = ?')
  const selectPage = database.prepare(
    'SELECT * FROM sessions WHERE owner = ? AND serial > ? ORDER BY serial LIMIT ?',
  )
  const selectExpired = database.prepare(
    'SELECT id FROM sessions WHERE expires_at <= ? ORDER BY expires_at LIMIT ?',
  )
  const update = database.prepare(
    'UPDATE sessions SET last_activity = ?, expires_at = ?, servers = ? WHERE id = ?',
  )
  const remove = database.prepare('DELETE FROM sessions WHERE serial = ?')
  const insertEnded = database.prepare(
    'INSERT OR REPLACE INTO ended_sessions (id, owner, ended_by, at) VALUES (?, ?, ?, ?)',
  )
  const removeEnded = database.prepare('DELETE FROM ended_sessions WHERE at <= ?')
  // Touches are collected here and written once a second: a crash loses at most that much activity.
  const touches = new Map<string, Touch>()

  function find(id: string): SessionRow | undefined {
    const row = select.get(id)
    return row === undefined ? undefined : toSessionRow(row, touches.get(id))
  }

  return {
    create({ id, clientId, owner, metadata, createdAt, ttlMs }, createdAfter) {
      const expiresAt = createdAt + ttlMs
      const metadataJson = JSON.stringify(metadata)
      const times = [createdAt, Math.round(ttlMs), createdAt, Math.round(expiresAt)]
      insert.run(id, clientId, owner ?? null, metadataJson, ...times, createdAfter)
    },
    find,
    findEnded(id) {
      const row = selectEnded.get(id)
      if (row === undefined) return undefined
      const endedBy = text(row, 'ended_by') === 'expired' ? 'expired' : 'closed'
      return { owner: optionalText(row, 'owner'), endedBy }
    },
    list(owner, limit, cursor) {
      const rows = selectPage.all(owner, Number(cursor), limit + 1).slice(0, limit + 1)
      const page = rows
        .slice(0, limit)
        .map((row) => toSessionRow(row, touches.get(text(row, 'id'))))
      const last = rows.length > limit ? page.at(-1) : undefined
      return {
        sessions: page.map(({ session }) => session),
        nextCursor: last === undefined ? undefined : String(last.serial),
      }
    },
    touch(id, at, server) {
      const touched = touches.get(id)
      if (touched === undefined) {
        touches.set(id, { at, servers: new Set(server === undefined ? [] : [server]) })
        return
      }
      touched.at = Math.max(touched.at, at)
      if (server !== undefined) touched.servers.add(server)
    },
    expired: (at, limit) => selectExpired.all(at, limit).map((row) => text(row, 'id')),
    end({ serial, session }, reason, at) {
      touches.delete(session.id)
      remove.run(serial)
      insertEnded.run(session.id, session.owner ?? null, reason, at)
    },
    prune(at) {
      removeEnded.run(at - limits.endedSessionTtlMs)
    },
    flush() {
      if (touches.size === 0) return
      database.transaction(() => {
        for (const id of touches.keys()) {
          const row = find(id)
          if (row === undefined) continue
          const { lastActivity, servers } = row.session
          update.run(lastActivity, expiryOf(row.session), JSON.stringify(servers), id)
        }
      })
      touches.clear()
    },
  }
}

function toSessionRow(row: Row, touched: Touch | undefined): SessionRow {
  const servers = list(row, 'servers')
  return {
    serial: integer(row, 'serial'),
    createdAfter: integer(row, 'begins_after'),
    session: {
      id: text(row, 'id'),
      clientId: text(row, 'client_id'),
      owner: optionalText(row, 'owner'),
      metadata: record(row, 'metadata'),
      createdAt: integer(row, 'created_at'),
      ttlMs: integer(row, 'ttl_ms'),
      lastActivity: Math.max(integer(row, 'last_activity'), touched?.at ?? 0),
      servers:
        touched === undefined || touched.servers.size === 0
          ? servers
          : [...new Set([...servers, ...touched.servers])].toSorted(),
    },
  }
}
