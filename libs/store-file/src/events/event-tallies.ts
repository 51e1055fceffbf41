import { entryOverheadBytes } from '@mcp/session-manager'

import type { Database, Row } from '../file/database.ts'
import { integer } from '../file/row.ts'
import type { MirroredState } from '../file/write-queue.ts'

/** The number and the bytes of the events in a log, and the position of its last trimmed event. */
export interface EventTally {
  count: number
  bytes: number
  trimmedTo: number
}

/** The tally of each log, and the size of all logs, so that an append does not have to count rows. */
export interface EventTallies extends MirroredState {
  of(session: number): EventTally
  /** Size of all logs. */
  readonly totalBytes: number
  added(session: number, bytes: number): void
  /** Subtracts a deleted row. The row needs the columns session and bytes. */
  removed(row: Row): void
  trimmed(session: number, trimmedTo: number): void
  /** Drops the tally of a log that is empty. */
  drop(session: number): void
}

export function createEventTallies(database: Database): EventTallies {
  const selectTally = database.prepare(`
    SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes,
      coalesce((SELECT trimmed_to FROM trimmed_logs WHERE session = ?), 0) AS trimmed_to
    FROM events WHERE session = ?`)
  const all =
    database
      .prepare('SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM events')
      .get() ?? {}
  const tallies = new Map<number, EventTally>()
  let totalBytes = integer(all, 'bytes') + integer(all, 'count') * entryOverheadBytes
  let totalBefore = totalBytes
  /** Logs whose tallies the current transaction has changed. */
  const changed = new Set<number>()

  function of(session: number): EventTally {
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

  /**
   * Returns the tally of a log, and records that it changes. Returns undefined if the tally is not in memory.
   * `of` then counts the rows when the tally is needed.
   */
  function change(session: number): EventTally | undefined {
    const tally = tallies.get(session)
    if (tally !== undefined) changed.add(session)
    return tally
  }

  return {
    of,
    get totalBytes() {
      return totalBytes
    },
    added(session, bytes) {
      totalBytes += bytes + entryOverheadBytes
      const tally = change(session)
      if (tally === undefined) return
      tally.count++
      tally.bytes += bytes
    },
    removed(row) {
      const bytes = integer(row, 'bytes')
      totalBytes -= bytes + entryOverheadBytes
      const tally = change(integer(row, 'session'))
      if (tally === undefined) return
      tally.count--
      tally.bytes -= bytes
    },
    trimmed(session, trimmedTo) {
      const tally = change(session)
      if (tally !== undefined) tally.trimmedTo = Math.max(tally.trimmedTo, trimmedTo)
    },
    drop(session) {
      tallies.delete(session)
    },
    begin() {
      totalBefore = totalBytes
      changed.clear()
    },
    rollback() {
      totalBytes = totalBefore
      // Counted again when they are needed.
      for (const session of changed) tallies.delete(session)
    },
  }
}
