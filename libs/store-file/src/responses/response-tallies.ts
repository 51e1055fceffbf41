import { entryOverheadBytes } from '@mcp/session-manager'

import type { Database, Row } from '../file/database.ts'
import { integer, text } from '../file/row.ts'
import type { MirroredState } from '../file/write-queue.ts'

/** Counts of the rows of one session. */
export interface ResponseTally {
  /** Serial numbers of the recorded responses, the oldest first. Some rows may have been deleted since. */
  readonly serials: number[]
  settled: number
  bytes: number
  evicted: number
}

/** The counts of each session and of all sessions, so that no request has to count rows. */
export interface ResponseTallies extends MirroredState {
  of(session: number): ResponseTally
  /** Bytes of all responses and of the ids of evicted ones. */
  readonly totalBytes: number
  /** Number of all ids of evicted responses. */
  readonly evictedIds: number
  added(session: number, serial: number, bytes: number): void
  evicted(session: number, bytes: number): void
  /** Subtracts a deleted row. The row needs the columns session, state and bytes. */
  removed(row: Row): void
  drop(session: number): void
}

export function createResponseTallies(database: Database): ResponseTallies {
  const selectTally = database.prepare(`
    SELECT count(*) FILTER (WHERE state = 'settled') AS settled, coalesce(sum(bytes), 0) AS bytes,
      count(*) FILTER (WHERE state = 'evicted') AS evicted
    FROM responses WHERE session = ?`)
  const selectSerials = database.prepare(
    "SELECT serial FROM responses WHERE session = ? AND state = 'settled' ORDER BY serial",
  )
  const selectTotal = database.prepare(`
    SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes,
      count(*) FILTER (WHERE state = 'evicted') AS evicted
    FROM responses WHERE state IN ('settled', 'evicted')`)
  const tallies = new Map<number, ResponseTally>()
  const all = selectTotal.get() ?? {}
  let totalBytes = integer(all, 'bytes') + integer(all, 'count') * entryOverheadBytes
  let evictedIds = integer(all, 'evicted')
  let before = { totalBytes, evictedIds }
  /** Sessions whose tallies the current transaction has changed. */
  const changed = new Set<number>()

  function change(session: number): ResponseTally | undefined {
    const tally = tallies.get(session)
    if (tally !== undefined) changed.add(session)
    return tally
  }

  return {
    begin() {
      before = { totalBytes, evictedIds }
      changed.clear()
    },
    rollback() {
      totalBytes = before.totalBytes
      evictedIds = before.evictedIds
      // Counted again when they are needed.
      for (const session of changed) tallies.delete(session)
    },
    of(session) {
      let tally = tallies.get(session)
      if (tally === undefined) {
        const row = selectTally.get(session) ?? {}
        tally = {
          serials: selectSerials.all(session).map((each) => integer(each, 'serial')),
          settled: integer(row, 'settled'),
          bytes: integer(row, 'bytes'),
          evicted: integer(row, 'evicted'),
        }
        tallies.set(session, tally)
      }
      return tally
    },
    get totalBytes() {
      return totalBytes
    },
    get evictedIds() {
      return evictedIds
    },
    added(session, serial, bytes) {
      totalBytes += bytes + entryOverheadBytes
      const tally = change(session)
      if (tally === undefined) return
      tally.serials.push(serial)
      tally.settled++
      tally.bytes += bytes
    },
    evicted(session, bytes) {
      totalBytes -= bytes
      evictedIds++
      const tally = change(session)
      if (tally === undefined) return
      tally.settled--
      tally.evicted++
      tally.bytes -= bytes
    },
    removed(row) {
      const state = text(row, 'state')
      if (state !== 'settled' && state !== 'evicted') return
      const bytes = integer(row, 'bytes')
      totalBytes -= bytes + entryOverheadBytes
      if (state === 'evicted') evictedIds--
      const tally = change(integer(row, 'session'))
      if (tally === undefined) return
      if (state === 'settled') tally.settled--
      else tally.evicted--
      tally.bytes -= bytes
    },
    drop(session) {
      tallies.delete(session)
    },
  }
}
