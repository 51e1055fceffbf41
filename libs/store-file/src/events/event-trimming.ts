import { entryOverheadBytes } from '@mcp/session-manager'
import type { StoreLimits } from '@mcp/session-manager'

import type { Database, Row } from '../file/database.ts'
import { ignoreStoreFailure } from '../file/ignore-store-failure.ts'
import { integer } from '../file/row.ts'
import type { EventTallies, EventTally } from './event-tallies.ts'

/** Keeps the event logs of the sessions within their limits. */
export interface EventTrimming {
  /**
   * Trims the log of a session that has received an event. Then deletes some of the oldest events of all logs
   * if their total size exceeds its limit.
   */
  added(session: number): void
  /** Deletes rows, which must be the oldest of their logs. They need the columns position, session and bytes. */
  drop(rows: readonly Row[]): void
  /** Removes the tally and the stored trim position of a log, which must be empty. */
  forget(session: number): void
  /**
   * Deletes some of the oldest events if the total size of all logs exceeds its limit. Returns whether more must be
   * deleted.
   */
  evictBeyondTotal(): boolean
}

const batchSize = 100

export function createEventTrimming(
  database: Database,
  tallies: EventTallies,
  limits: StoreLimits,
): EventTrimming {
  const statements = prepareStatements(database)

  /** Deletes the oldest events of their logs, and records how far each log was trimmed. */
  function drop(rows: readonly Row[]): void {
    if (rows.length === 0) return
    const trims = new Map(rows.map((row) => [integer(row, 'session'), integer(row, 'position')]))
    database.transaction(() => {
      for (const row of rows) statements.remove.run(integer(row, 'position'))
      for (const [session, trimmedTo] of trims) statements.saveTrim.run(session, trimmedTo)
    })
    for (const row of rows) tallies.removed(row)
    for (const [session, trimmedTo] of trims) tallies.trimmed(session, trimmedTo)
  }

  /** Trims one log to its limits. */
  function trim(session: number, tally: EventTally): void {
    let { count, bytes } = tally
    // A full log usually loses one event for each new one, so a large batch is read only if two rows are too few.
    let limit = 2
    while (count > limits.maxEvents || bytes > limits.maxEventBytes) {
      const rows: Row[] = []
      for (const row of statements.selectOldest.all(session, limit)) {
        if (count <= limits.maxEvents && bytes <= limits.maxEventBytes) break
        rows.push(row)
        count--
        bytes -= integer(row, 'bytes')
      }
      if (rows.length === 0) return
      drop(rows)
      limit = batchSize
    }
  }

  function evictBeyondTotal(): boolean {
    let excess = tallies.totalBytes - limits.maxTotalEventBytes
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
    added(session) {
      // The event is in the log already, so a failure to delete older ones is ignored.
      ignoreStoreFailure(() => {
        trim(session, tallies.of(session))
        evictBeyondTotal()
      })
    },
    drop,
    forget(session) {
      statements.removeTrim.run(session)
      tallies.drop(session)
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
  }
}
