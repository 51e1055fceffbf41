import { entryOverheadBytes } from '@mcp/session-manager'
import type { StoreLimits } from '@mcp/session-manager'

import type { Database, Row } from '../file/database.ts'
import type { ResponseTallies } from './response-tallies.ts'
import { integer, text } from '../file/row.ts'

/** Keeps the recorded responses within their bounds. */
export interface ResponseEviction {
  /** Evicts the oldest responses of a session to make room for a new one, which is not counted yet. */
  evictFor(session: number, addedBytes: number): void
  /** Deletes the oldest ids of evicted responses of a session beyond the bound. */
  forgetIds(session: number): void
  /** Evicts some of the oldest responses beyond the bound of all sessions. Returns whether there are more. */
  evictBeyondTotal(): boolean
  /** Deletes rows. They need the columns serial, session, state and bytes. */
  remove(rows: readonly Row[]): void
}

const batchSize = 100

export function createResponseEviction(
  database: Database,
  tallies: ResponseTallies,
  limits: StoreLimits,
): ResponseEviction {
  const statements = prepareStatements(database)
  /** Serial number of the row after which the search for the oldest response continues. */
  let cursor = 0

  function remove(rows: readonly Row[]): void {
    if (rows.length === 0) return
    database.transaction(() => {
      for (const row of rows) statements.remove.run(integer(row, 'serial'))
    })
    for (const row of rows) tallies.removed(row)
  }

  function evictOldest(excess: number): void {
    const evicted: Row[] = []
    let freed = 0
    const rows = statements.selectFrom.all(cursor, batchSize)
    for (const row of rows) {
      if (freed >= excess) break
      cursor = integer(row, 'serial')
      if (text(row, 'state') !== 'settled') continue
      evicted.push(row)
      freed += integer(row, 'bytes')
    }
    if (rows.length === 0) cursor = 0
    if (evicted.length === 0) return
    database.transaction(() => {
      for (const row of evicted) statements.evict.run(integer(row, 'serial'))
    })
    for (const row of evicted) tallies.evicted(integer(row, 'session'), integer(row, 'bytes'))
  }

  return {
    evictFor(session, addedBytes) {
      const tally = tallies.of(session)
      while (
        tally.settled + 1 > limits.maxResponses ||
        tally.bytes + addedBytes > limits.maxResponseBytes
      ) {
        const serial = tally.serials.shift()
        if (serial === undefined) return
        const row = statements.select.get(serial)
        if (row === undefined || text(row, 'state') !== 'settled') continue
        statements.evict.run(serial)
        tallies.evicted(session, integer(row, 'bytes'))
      }
    },
    forgetIds(session) {
      const excess = tallies.of(session).evicted - limits.maxEvictedIds
      if (excess > 0) remove(statements.selectEvicted.all(session, excess))
    },
    evictBeyondTotal() {
      const { maxTotalResponseBytes } = limits
      const excess = tallies.totalBytes - maxTotalResponseBytes
      if (excess <= 0) return false
      // The ids of evicted responses get up to half of the space.
      const idBytes = tallies.evictedIds * entryOverheadBytes
      const excessIdBytes = Math.min(excess, idBytes - maxTotalResponseBytes / 2)
      const excessIds = Math.ceil(excessIdBytes / entryOverheadBytes)
      if (excessIds > 0) remove(statements.selectAnyEvicted.all(Math.min(excessIds, batchSize)))
      else evictOldest(excess)
      return tallies.totalBytes > maxTotalResponseBytes
    },
    remove,
  }
}

function prepareStatements(database: Database) {
  return {
    select: database.prepare('SELECT state, bytes FROM responses WHERE serial = ?'),
    evict: database.prepare(
      "UPDATE responses SET state = 'evicted', bytes = 0, body = NULL WHERE serial = ?",
    ),
    selectEvicted: database.prepare(`
      SELECT serial, session, state, bytes FROM responses
      WHERE session = ? AND state = 'evicted' ORDER BY serial LIMIT ?`),
    selectAnyEvicted: database.prepare(`
      SELECT serial, session, state, bytes FROM responses
      WHERE state = 'evicted' ORDER BY serial LIMIT ?`),
    selectFrom: database.prepare(`
      SELECT serial, session, state, bytes FROM responses WHERE serial > ? ORDER BY serial LIMIT ?`),
    remove: database.prepare('DELETE FROM responses WHERE serial = ?'),
  }
}
