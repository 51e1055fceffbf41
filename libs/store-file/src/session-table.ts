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

/** A session and where the other tables have what belongs to it. */
export interface KeptSession {
  readonly serial: number
  readonly session: StoredSession
  /** Where the store stood when it began. */
  readonly beginsAfter: number
}

export interface SessionTable {
  create(session: NewSession, beginsAfter: number): void
  find(id: string): KeptSession | undefined
  findEnded(id: string): EndedSession | undefined
  list(owner: string, limit: number, cursor: string): SessionPage
  touch(id: string, at: number, server: string | undefined): void
  expired(at: number, limit: number): readonly string[]
  /** Moves it among those that ended. */
  end(kept: KeptSession, reason: EndReason, at: number): void
  /** Forgets those that ended long ago. */
  prune(at: number): void
  /** Writes what was touched. */
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
  // Being touched is kept here and written once a second: at worst, a crash makes a session that
  // much older.
  const touches = new Map<string, Touch>()

  function find(id: string): KeptSession | undefined {
    const row = select.get(id)
    return row === undefined ? undefined : keep(row, touches.get(id))
  }

  return {
    create({ id, clientId, owner, metadata, createdAt, ttlMs }, beginsAfter) {
      const expiresAt = createdAt + ttlMs
      const facts = JSON.stringify(metadata)
      const whole = [createdAt, Math.round(ttlMs), createdAt, Math.round(expiresAt)]
      insert.run(id, clientId, owner ?? null, facts, ...whole, beginsAfter)
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
      const kept = rows.slice(0, limit).map((row) => keep(row, touches.get(text(row, 'id'))))
      const last = rows.length > limit ? kept.at(-1) : undefined
      return {
        sessions: kept.map(({ session }) => session),
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
      removeEnded.run(at - limits.rememberMs)
    },
    flush() {
      if (touches.size === 0) return
      database.transaction(() => {
        for (const id of touches.keys()) {
          const kept = find(id)
          if (kept === undefined) continue
          const { lastActivity, servers } = kept.session
          update.run(lastActivity, expiryOf(kept.session), JSON.stringify(servers), id)
        }
      })
      touches.clear()
    },
  }
}

function keep(row: Row, touched: Touch | undefined): KeptSession {
  const servers = list(row, 'servers')
  return {
    serial: integer(row, 'serial'),
    beginsAfter: integer(row, 'begins_after'),
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
