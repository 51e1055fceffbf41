import type { Claim, StoreLimits, StoredResponse } from '@mcp/session-manager'

import type { Database } from './database.ts'
import { integer, text } from './row.ts'

/** The result of a claim, without the session. */
export type ClaimedResponse =
  | { readonly type: 'claimed' | 'evicted' }
  | { readonly type: 'in-flight' | 'lost'; readonly fingerprint: number }
  | { readonly type: 'settled'; readonly fingerprint: number; readonly response: StoredResponse }

export interface ResponseTable {
  claim(session: number, claim: Claim): ClaimedResponse
  settle(session: number, requestId: string, at: number, response: StoredResponse | undefined): void
  removeAll(session: number): void
  /** Deletes outdated responses. */
  prune(at: number): void
}

interface Tally {
  count: number
  bytes: number
}

export function createResponseTable(database: Database, limits: StoreLimits): ResponseTable {
  const { select, insert, record, free, selectOldest, evict, selectTally, remove, removeOld } =
    prepareStatements(database)
  const tallies = new Map<number, Tally>()

  // Their holder has ended: this process is the first one since to open the file.
  database.prepare("UPDATE responses SET state = 'lost' WHERE state = 'in-flight'").run()

  function tallyOf(session: number): Tally {
    let tally = tallies.get(session)
    if (tally === undefined) {
      const row = selectTally.get(session)
      tally = {
        count: row === undefined ? 0 : integer(row, 'count'),
        bytes: row === undefined ? 0 : integer(row, 'bytes'),
      }
      tallies.set(session, tally)
    }
    return tally
  }

  function evictOldest(session: number, tally: Tally): void {
    while (tally.count > limits.maxResponses || tally.bytes > limits.maxResponseBytes) {
      const row = selectOldest.get(session)
      if (row === undefined) return
      evict.run(integer(row, 'serial'))
      tally.count--
      tally.bytes -= integer(row, 'bytes')
    }
  }

  return {
    claim(session, { requestId, fingerprint, at, rerunLost }) {
      const row = select.get(session, requestId)
      const state = row === undefined ? undefined : text(row, 'state')
      const isOutdated = row !== undefined && integer(row, 'at') <= at - limits.responseTtlMs
      if (
        row === undefined ||
        (isOutdated && state !== 'in-flight') ||
        (state === 'lost' && rerunLost && integer(row, 'fingerprint') === fingerprint)
      ) {
        insert.run(session, requestId, fingerprint, at)
        tallies.delete(session)
        return { type: 'claimed' }
      }
      if (state === 'evicted') return { type: 'evicted' }
      const storedFingerprint = integer(row, 'fingerprint')
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
      // Read before the response is written, so that it is counted once.
      const tally = tallyOf(session)
      try {
        database.transaction(() => {
          const { changes } = record.run(at, response.status, response.body, session, requestId)
          if (changes === 0) return
          tally.count++
          tally.bytes += response.body.length
          evictOldest(session, tally)
        })
      } catch (error) {
        // The transaction was rolled back, so its changes must not be counted.
        tallies.delete(session)
        throw error
      }
    },
    removeAll(session) {
      tallies.delete(session)
      remove.run(session)
    },
    prune(at) {
      if (removeOld.run(at - limits.responseTtlMs).changes > 0) tallies.clear()
    },
  }
}

function prepareStatements(database: Database) {
  return {
    select: database.prepare('SELECT * FROM responses WHERE session = ? AND request_id = ?'),
    insert: database.prepare(`
      INSERT OR REPLACE INTO responses (session, request_id, fingerprint, state, at)
      VALUES (?, ?, ?, 'in-flight', ?)`),
    record: database.prepare(`
      UPDATE responses SET state = 'settled', at = ?, status = ?, body = ?
      WHERE session = ? AND request_id = ? AND state = 'in-flight'`),
    free: database.prepare(
      "DELETE FROM responses WHERE session = ? AND request_id = ? AND state = 'in-flight'",
    ),
    selectOldest: database.prepare(`
      SELECT serial, length(body) AS bytes FROM responses
      WHERE session = ? AND state = 'settled' ORDER BY at, serial LIMIT 1`),
    evict: database.prepare("UPDATE responses SET state = 'evicted', body = NULL WHERE serial = ?"),
    selectTally: database.prepare(`
      SELECT count(*) AS count, coalesce(sum(length(body)), 0) AS bytes FROM responses
      WHERE session = ? AND state = 'settled'`),
    remove: database.prepare('DELETE FROM responses WHERE session = ?'),
    removeOld: database.prepare("DELETE FROM responses WHERE at <= ? AND state != 'in-flight'"),
  }
}
