import type { EventPage, NewEvent, StoreLimits, StoredEvent } from '@mcp/session-manager'

import type { Database, Row } from './database.ts'
import { integer, optionalText, text } from './row.ts'
import { broadcastLog } from './schema.ts'
import type { SessionRow } from './session-table.ts'

export interface EventTable {
  /** Returns the latest position. */
  position(): number
  /** Returns the appended event, or `undefined` if the log contains it already. */
  append(session: number, event: NewEvent): StoredEvent | undefined
  page(row: SessionRow, after: number, limit: number): EventPage
  removeAll(session: number): void
  /** Deletes outdated events. */
  prune(at: number): void
}

interface Tally {
  count: number
  bytes: number
  trimmedTo: number
}

export function createEventTable(database: Database, limits: StoreLimits): EventTable {
  const {
    insert,
    selectOwn,
    selectBroadcasts,
    selectOldest,
    saveOldTrims,
    removeOld,
    removeOne,
    removeLog,
    removeTrim,
    saveTrim,
    selectTally,
    selectPosition,
  } = prepareStatements(database)
  const tallies = new Map<number, Tally>()
  const last = selectPosition.get()
  let position = last === undefined ? 0 : integer(last, 'seq')

  function tallyOf(session: number): Tally {
    let tally = tallies.get(session)
    if (tally === undefined) {
      const row = selectTally.get(session, session)
      tally = {
        count: row === undefined ? 0 : integer(row, 'count'),
        bytes: row === undefined ? 0 : integer(row, 'bytes'),
        trimmedTo: row === undefined ? 0 : integer(row, 'trimmed_to'),
      }
      tallies.set(session, tally)
    }
    return tally
  }

  function trim(session: number, tally: Tally): void {
    while (tally.count > limits.maxEvents || tally.bytes > limits.maxEventBytes) {
      const row = selectOldest.get(session)
      if (row === undefined) return
      const dropped = integer(row, 'position')
      removeOne.run(dropped)
      saveTrim.run(session, dropped)
      tally.count--
      tally.bytes -= integer(row, 'bytes')
      tally.trimmedTo = dropped
    }
  }

  return {
    position: () => position,
    append(session, event) {
      const { id, type, data, at, server } = event
      const tally = tallyOf(session)
      try {
        return database.transaction(() => {
          const added = insert.run(session, id, type, data, at, server ?? null)
          if (added.changes === 0) return undefined
          position = added.insertedId
          tally.count++
          tally.bytes += data.length
          trim(session, tally)
          return { position, ...event }
        })
      } catch (error) {
        // The transaction was rolled back, so its changes must not be counted.
        tallies.delete(session)
        throw error
      }
    },
    page({ serial, session, createdAfter }, after, limit) {
      const servers = JSON.stringify(session.servers)
      const rows = [
        ...selectOwn.all(serial, after, limit),
        ...selectBroadcasts.all(Math.max(after, createdAfter), servers, limit),
      ]
      const events = rows.map(toEvent).toSorted((a, b) => a.position - b.position)
      const own = tallyOf(serial).trimmedTo
      const broadcasts = tallyOf(broadcastLog).trimmedTo
      const trimmedTo = Math.max(own, broadcasts > createdAfter ? broadcasts : 0)
      return {
        events: events.slice(0, limit),
        position,
        trimmedTo: trimmedTo > after ? trimmedTo : undefined,
      }
    },
    removeAll(session) {
      tallies.delete(session)
      removeLog.run(session)
      removeTrim.run(session)
    },
    prune(at) {
      const until = at - limits.eventTtlMs
      saveOldTrims.run(until)
      if (removeOld.run(until).changes > 0) tallies.clear()
    },
  }
}

function toEvent(row: Row): StoredEvent {
  return {
    position: integer(row, 'position'),
    id: text(row, 'id'),
    type: text(row, 'type'),
    data: text(row, 'data'),
    at: integer(row, 'at'),
    server: optionalText(row, 'server'),
  }
}

function prepareStatements(database: Database) {
  return {
    insert: database.prepare(`
      INSERT OR IGNORE INTO events (session, id, type, data, at, server) VALUES (?, ?, ?, ?, ?, ?)`),
    selectOwn: database.prepare(
      'SELECT * FROM events WHERE session = ? AND position > ? ORDER BY position LIMIT ?',
    ),
    selectBroadcasts: database.prepare(`
      SELECT * FROM events WHERE session = ${broadcastLog} AND position > ?
        AND (server IS NULL OR server IN (SELECT value FROM json_each(?)))
      ORDER BY position LIMIT ?`),
    selectOldest: database.prepare(`
      SELECT position, length(data) AS bytes FROM events WHERE session = ? ORDER BY position LIMIT 1`),
    saveOldTrims: database.prepare(`
      INSERT INTO trimmed_logs (session, trimmed_to)
      SELECT session, max(position) FROM events WHERE at <= ? GROUP BY session
      ON CONFLICT (session) DO UPDATE SET trimmed_to = max(trimmed_to, excluded.trimmed_to)`),
    removeOld: database.prepare('DELETE FROM events WHERE at <= ?'),
    removeOne: database.prepare('DELETE FROM events WHERE position = ?'),
    removeLog: database.prepare('DELETE FROM events WHERE session = ?'),
    removeTrim: database.prepare('DELETE FROM trimmed_logs WHERE session = ?'),
    saveTrim: database.prepare(`
      INSERT INTO trimmed_logs (session, trimmed_to) VALUES (?, ?)
      ON CONFLICT (session) DO UPDATE SET trimmed_to = max(trimmed_to, excluded.trimmed_to)`),
    selectTally: database.prepare(`
      SELECT count(*) AS count, coalesce(sum(length(data)), 0) AS bytes,
        coalesce((SELECT trimmed_to FROM trimmed_logs WHERE session = ?), 0) AS trimmed_to
      FROM events WHERE session = ?`),
    selectPosition: database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'events'"),
  }
}
