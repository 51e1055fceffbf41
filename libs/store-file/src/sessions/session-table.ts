import { McpError } from '@mcp/protocol'
import { restoreIndexedSession } from '@mcp/session-manager'
import type {
  EndedSession,
  EndReason,
  IndexedSession,
  NewSession,
  SessionIndex,
  StoredSession,
  StoreLimits,
} from '@mcp/session-manager'

import type { Database, Row } from '../file/database.ts'
import { integer, list, optionalText, text } from '../file/row.ts'

/** A session in memory, which is also in the file. */
export interface SessionEntry extends IndexedSession {
  /** The store's position when the session was created. The session does not receive earlier broadcasts. */
  readonly createdAfter: number
  /** Whether the file may contain responses, events or interactions of the session. */
  hasContents: boolean
  /** The last activity that was written to the file. */
  writtenActivity: number
  writtenServers: readonly string[]
}

/** The sessions in the file. They are read once, into memory. */
export interface SessionTable {
  /** Fills an empty index. Metadata that is not a JSON object is reported and dropped. */
  load(index: SessionIndex<SessionEntry>): void
  /** Returns a number for a new session. */
  nextSerial(): number
  insert(serial: number, session: NewSession, createdAfter: number): void
  /** Moves sessions to the table of ended sessions. */
  end(entries: readonly SessionEntry[], reason: EndReason, at: number): void
  /** Writes the activity of sessions. */
  update(entries: readonly SessionEntry[]): void
  /** Deletes some outdated rows of ended sessions. Returns whether there are more. */
  prune(at: number): boolean
}

const batchSize = 500

/** The columns of a session. */
export const sessionColumns = '*, json_valid(metadata) AS is_valid'

export function createSessionTable(
  database: Database,
  limits: StoreLimits,
  onError: (error: unknown) => void,
): SessionTable {
  const statements = prepareStatements(database)
  const last = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'sessions'").get()
  let lastSerial = last === undefined ? 0 : integer(last, 'seq')
  const { selectAll, selectEnded, insert, remove, insertEnded, insertLeftover, update } = statements

  return {
    load(index) {
      for (const row of selectAll.all()) index.add(toEntry(row, onError))
      for (const row of selectEnded.all()) {
        index.addEnded(text(row, 'id'), toEnded(row), integer(row, 'at'))
      }
    },
    nextSerial: () => ++lastSerial,
    insert(serial, { id, clientId, owner, metadata, createdAt, ttlMs }, createdAfter) {
      const times = [createdAt, Math.round(ttlMs), createdAt, createdAfter]
      insert.run(serial, id, clientId, owner ?? null, ...times, metadata)
    },
    end(entries, reason, at) {
      database.transaction(() => {
        for (const { serial, session, hasContents } of entries) {
          remove.run(serial)
          insertEnded.run(session.id, session.owner ?? null, reason, at)
          if (hasContents) insertLeftover.run(serial)
        }
      })
    },
    update(entries) {
      database.transaction(() => {
        for (const { serial, session } of entries) {
          update.run(session.lastActivity, JSON.stringify(session.servers), serial)
        }
      })
      for (const entry of entries) {
        entry.writtenActivity = entry.session.lastActivity
        entry.writtenServers = entry.session.servers
      }
    },
    prune(at) {
      const { pruneOld, pruneBeyond } = statements
      const removed = [
        pruneOld.run(at - limits.endedSessionTtlMs, batchSize),
        pruneBeyond.run(limits.maxEndedSessions, batchSize),
      ]
      return removed.some(({ changes }) => changes === batchSize)
    },
  }
}

function prepareStatements(database: Database) {
  return {
    selectAll: database.prepare(`SELECT ${sessionColumns} FROM sessions ORDER BY serial`),
    selectEnded: database.prepare('SELECT * FROM ended_sessions ORDER BY serial'),
    insert: database.prepare(`
      INSERT INTO sessions (serial, id, client_id, owner, created_at, ttl_ms, last_activity, begins_after,
        servers, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '[]', ?)`),
    update: database.prepare(
      'UPDATE sessions SET last_activity = max(last_activity, ?), servers = ? WHERE serial = ?',
    ),
    remove: database.prepare('DELETE FROM sessions WHERE serial = ?'),
    insertEnded: database.prepare(
      'INSERT INTO ended_sessions (id, owner, ended_by, at) VALUES (?, ?, ?, ?)',
    ),
    insertLeftover: database.prepare('INSERT OR IGNORE INTO leftovers (session) VALUES (?)'),
    // Only the oldest rows are read, in the order in which they were added.
    pruneOld: database.prepare(`
      DELETE FROM ended_sessions WHERE at <= ? AND serial IN
        (SELECT serial FROM ended_sessions ORDER BY serial LIMIT ?)`),
    pruneBeyond: database.prepare(`
      DELETE FROM ended_sessions WHERE serial <= (SELECT max(serial) FROM ended_sessions) - ?
        AND serial IN (SELECT serial FROM ended_sessions ORDER BY serial LIMIT ?)`),
  }
}

function toEntry(row: Row, onError: (error: unknown) => void): SessionEntry {
  const stored = toSession(row, onError)
  return {
    ...restoreIndexedSession(stored, integer(row, 'serial')),
    createdAfter: integer(row, 'begins_after'),
    hasContents: true,
    writtenActivity: stored.lastActivity,
    writtenServers: stored.servers,
  }
}

/** Returns the session of a row of {@link sessionColumns}. */
export function toSession(row: Row, onError: (error: unknown) => void): StoredSession {
  return {
    id: text(row, 'id'),
    clientId: text(row, 'client_id'),
    owner: optionalText(row, 'owner'),
    metadata: readMetadata(row, onError),
    createdAt: integer(row, 'created_at'),
    ttlMs: integer(row, 'ttl_ms'),
    lastActivity: integer(row, 'last_activity'),
    servers: list(row, 'servers'),
  }
}

function readMetadata(row: Row, onError: (error: unknown) => void): string {
  const metadata = text(row, 'metadata')
  if (row['is_valid'] === 1 && metadata.startsWith('{')) return metadata
  const message = `Dropped the metadata of session number ${integer(row, 'serial')}: it is not a JSON object.`
  onError(new McpError('unavailable', message))
  return '{}'
}

export function toEnded(row: Row): EndedSession {
  const endedBy = text(row, 'ended_by') === 'expired' ? 'expired' : 'closed'
  return { owner: optionalText(row, 'owner'), endedBy }
}
