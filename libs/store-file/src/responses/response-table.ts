import type { Claim, StoreLimits, StoredResponse } from '@mcp/session-manager'

import type { Database, Row } from '../file/database.ts'
import { ignoreStoreFailure } from '../file/ignore-store-failure.ts'
import { createResponseEviction } from './response-eviction.ts'
import { createResponseTallies } from './response-tallies.ts'
import { integer, text } from '../file/row.ts'
import type { MirroredState } from '../file/write-queue.ts'

/** The result of a claim, without the session. */
export type ClaimedResponse =
  | { readonly type: 'claimed'; readonly ticket: string }
  | { readonly type: 'evicted' }
  | { readonly type: 'in-flight' | 'lost'; readonly fingerprint: number }
  | { readonly type: 'settled'; readonly fingerprint: number; readonly response: StoredResponse }

export interface ResponseTable {
  /** The counts that are held in memory. The write queue restores them if a transaction is rolled back. */
  readonly mirrors: readonly MirroredState[]
  claim(session: number, claim: Claim): ClaimedResponse
  settle(session: number, requestId: string, at: number, response: StoredResponse | undefined): void
  /** Deletes some rows of a session that has ended. Returns whether there are more. */
  removeSome(session: number): boolean
  /** Deletes some outdated rows. Returns whether there are more. */
  prune(at: number): boolean
  /** Evicts some of the oldest responses beyond the bound of all sessions. Returns whether there are more. */
  evictBeyondTotal(): boolean
}

const batchSize = 50
// All claims have the same ticket. One process at a time has the file, so no other process can claim an id in
// the meantime.
const claimed = { type: 'claimed', ticket: 'file' } as const

export function createResponseTable(database: Database, limits: StoreLimits): ResponseTable {
  const { select, insert, replace, record, free, selectSome, selectHead } =
    prepareStatements(database)
  // The process that claimed these ids has ended, because only one process at a time can have the file.
  database.execute("UPDATE responses SET state = 'lost' WHERE state = 'in-flight'")
  const tallies = createResponseTallies(database)
  const eviction = createResponseEviction(database, tallies, limits)

  return {
    mirrors: [tallies],
    claim(session, { requestId, fingerprint, at, rerunLost }) {
      // Most ids are new.
      if (insert.run(session, requestId, fingerprint, at).changes > 0) return claimed
      const row = select.get(session, requestId) ?? {}
      const state = text(row, 'state')
      const storedFingerprint = integer(row, 'fingerprint')
      const isOutdated = integer(row, 'at') <= at - limits.responseTtlMs
      if (
        (isOutdated && state !== 'in-flight') ||
        (state === 'lost' && rerunLost && storedFingerprint === fingerprint)
      ) {
        replace.run(session, requestId, fingerprint, at)
        tallies.removed(row)
        return claimed
      }
      if (state === 'evicted') return { type: 'evicted' }
      if (state === 'settled') {
        const response = { status: integer(row, 'status'), body: text(row, 'body') }
        return { type: 'settled', fingerprint: storedFingerprint, response }
      }
      return { type: state === 'lost' ? 'lost' : 'in-flight', fingerprint: storedFingerprint }
    },
    settle(session, requestId, at, response) {
      if (response === undefined) {
        free.run(session, requestId)
        return
      }
      const { status, body } = response
      const bytes = Buffer.byteLength(body)
      // The tally is loaded before the response is written. Otherwise, the response would be counted twice.
      const tally = tallies.of(session)
      const row = record.get(at, status, bytes, body, session, requestId)
      if (row === undefined) return
      if (tally.settled >= limits.maxResponses || tally.bytes + bytes > limits.maxResponseBytes) {
        eviction.evictFor(session, bytes)
      }
      tallies.added(session, integer(row, 'serial'), bytes)
      // The response is recorded, whether or not older ones can be deleted.
      ignoreStoreFailure(() => {
        eviction.forgetIds(session)
        eviction.evictBeyondTotal()
      })
    },
    removeSome(session) {
      const rows = selectSome.all(session, batchSize)
      eviction.remove(rows)
      tallies.drop(session)
      return rows.length === batchSize
    },
    prune(at) {
      const rows = selectHead.all(batchSize)
      const isRecent = (row: Row): boolean => integer(row, 'at') > at - limits.responseTtlMs
      const end = rows.findIndex(isRecent)
      eviction.remove(end === -1 ? rows : rows.slice(0, end))
      return end === -1 && rows.length === batchSize
    },
    evictBeyondTotal: () => eviction.evictBeyondTotal(),
  }
}

function prepareStatements(database: Database) {
  return {
    select: database.prepare('SELECT * FROM responses WHERE session = ? AND request_id = ?'),
    insert: database.prepare(`
      INSERT OR IGNORE INTO responses (session, request_id, fingerprint, state, at)
      VALUES (?, ?, ?, 'in-flight', ?)`),
    replace: database.prepare(`
      INSERT OR REPLACE INTO responses (session, request_id, fingerprint, state, at)
      VALUES (?, ?, ?, 'in-flight', ?)`),
    record: database.prepare(`
      UPDATE responses SET state = 'settled', at = ?, status = ?, bytes = ?, body = ?
      WHERE session = ? AND request_id = ? AND state = 'in-flight' RETURNING serial`),
    free: database.prepare(
      "DELETE FROM responses WHERE session = ? AND request_id = ? AND state = 'in-flight'",
    ),
    selectSome: database.prepare(
      'SELECT serial, session, state, bytes FROM responses WHERE session = ? LIMIT ?',
    ),
    selectHead: database.prepare(`
      SELECT serial, session, state, bytes, at FROM responses
      WHERE state != 'in-flight' ORDER BY serial LIMIT ?`),
  }
}
