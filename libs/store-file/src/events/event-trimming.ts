import { entryOverheadBytes } from '@mcp/session-manager'
import type { StoreLimits } from '@mcp/session-manager'

import type { Database, Row } from '../file/database.ts'
import { ignoreStoreFailure } from '../file/ignore-store-failure.ts'
import { integer } from '../file/row.ts'

/** The contents of a log, counted. */
export interface EventTally {
  count: number
  bytes: number
  trimmedTo: number
}

/** Counts the events of each log, and keeps them within their bounds. */
export interface EventTrimming {
  of(session: number): EventTally
  /** Counts an event that was appended, and trims the logs. */
  added(session: number, bytes: number): void
  /** Deletes rows with position, session and bytes, the oldest of their logs. */
  drop(rows: readonly Row[]): void
  /** Drops the tally of a log that is empty. */
  forget(session: number): void
  /** Deletes some of the oldest events beyond the bound of all logs. Returns whether there are more. */
  evictBeyondTotal(): boolean
}

const batchSize = 100

export function createEventTrimming(database: Database, limits: StoreLimits): EventTrimming {
  const statements = prepareStatements(database)
  const tallies = new Map<number, EventTally>()
  const all = statements.selectTotal.get() ?? {}
  let total = integer(all, 'bytes') + integer(all, 'count') * entryOverheadBytes

  function tallyOf(session: number): EventTally {
    let tally = tallies.get(session)
    if (tally === undefined) {
      const row = statements.selectTally.get(session, session)
      tally = {
        count: row === undefined ? 0 : integer(row, 'count'),
        bytes: row === undefined ? 0 : integer(row, 'bytes'),
        trimmedTo: row === undefined ? 0 : integer(row, 'trimmed_to'),
      }
      tallies.set(session, tally)
    }
    return tally
  }

  /** Deletes events, the oldest of their logs, and records up to which position each log was trimmed. */
  function drop(rows: readonly Row[]): void {
    if (rows.length === 0) return
    const trims = new Map(rows.map((row) => [integer(row, 'session'), integer(row, 'position')]))
    database.transaction(() => {
      for (const row of rows) statements.remove.run(integer(row, 'position'))
      for (const [session, trimmedTo] of trims) statements.saveTrim.run(session, trimmedTo)
    })
    for (const row of rows) {
      const bytes = integer(row, 'bytes')
      total -= bytes + entryOverheadBytes
      const tally = tallies.get(integer(row, 'session'))
      if (tally === undefined) continue
      tally.count--
      tally.bytes -= bytes
    }
    for (const [session, trimmedTo] of trims) {
      const tally = tallies.get(session)
      if (tally !== undefined) tally.trimmedTo = Math.max(tally.trimmedTo, trimmedTo)
    }
  }

  /** Trims one log to its bounds. */
  function trim(session: number, tally: EventTally): void {
    let { count, bytes } = tally
    while (count > limits.maxEvents || bytes > limits.maxEventBytes) {
      const rows: Row[] = []
      for (const row of statements.selectOldest.all(session, batchSize)) {
        if (count <= limits.maxEvents && bytes <= limits.maxEventBytes) break
        rows.push(row)
        count--
        bytes -= integer(row, 'bytes')
      }
      if (rows.length === 0) return
      drop(rows)
    }
  }

  function evictBeyondTotal(): boolean {
    let excess = total - limits.maxTotalEventBytes
    if (excess <= 0) return false
    const rows: Row[] = []
    for (const row of statements.selectHead.all(batchSize)) {
      if (excess <= 0) break
      excess -= integer(row, 'bytes') + entryOverheadBytes
      rows.push(row)
    }
    drop(rows)
    return excess > 0 && rows.length > 0
  }

  return {
    of: tallyOf,
    added(session, bytes) {
      const tally = tallyOf(session)
      tally.count++
      tally.bytes += bytes
      total += bytes + entryOverheadBytes
      // The event is in the log, whether or not older ones can be deleted.
      ignoreStoreFailure(() => {
        trim(session, tally)
        evictBeyondTotal()
      })
    },
    drop,
    forget(session) {
      statements.removeTrim.run(session)
      tallies.delete(session)
    },
    evictBeyondTotal,
  }
}

function prepareStatements(database: Database) {
  return {
    selectOldest: database.prepare(`
      SELECT position, session, bytes FROM events WHERE session = ? ORDER BY position LIMIT ?`),
    selectHead: database.prepare(
      'SELECT position, session, bytes FROM events ORDER BY position LIMIT ?',
    ),
    remove: database.prepare('DELETE FROM events WHERE position = ?'),
    removeTrim: database.prepare('DELETE FROM trimmed_logs WHERE session = ?'),
    saveTrim: database.prepare(`
      INSERT INTO trimmed_logs (session, trimmed_to) VALUES (?, ?)
      ON CONFLICT (session) DO UPDATE SET trimmed_to = max(trimmed_to, excluded.trimmed_to)`),
    selectTally: database.prepare(`
      SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes,
        coalesce((SELECT trimmed_to FROM trimmed_logs WHERE session = ?), 0) AS trimmed_to
      FROM events WHERE session = ?`),
    selectTotal: database.prepare(
      'SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM events',
    ),
  }
}
