import type { Claim, StoreLimits, StoredAnswer } from '@mcp/session-manager'

import type { Database } from './database.ts'
import { integer, text } from './row.ts'

/** What the table has under an id. */
export type FoundAnswer =
  | { readonly type: 'claimed' | 'evicted' }
  | { readonly type: 'in-flight' | 'lost'; readonly fingerprint: number }
  | { readonly type: 'answered'; readonly fingerprint: number; readonly answer: StoredAnswer }

export interface AnswerTable {
  claim(session: number, claim: Claim): FoundAnswer
  settle(session: number, requestId: string, at: number, answer: StoredAnswer | undefined): void
  removeAll(session: number): void
  /** Forgets answers that are too old. */
  prune(at: number): void
}

interface Tally {
  count: number
  bytes: number
}

export function createAnswerTable(database: Database, limits: StoreLimits): AnswerTable {
  const select = database.prepare('SELECT * FROM answers WHERE session = ? AND request_id = ?')
  const insert = database.prepare(`
    INSERT OR REPLACE INTO answers (session, request_id, fingerprint, state, at)
    VALUES (?, ?, ?, 'in-flight', ?)`)
  const record = database.prepare(`
    UPDATE answers SET state = 'answered', at = ?, status = ?, body = ?
    WHERE session = ? AND request_id = ? AND state = 'in-flight'`)
  const free = database.prepare(
    "DELETE FROM answers WHERE session = ? AND request_id = ? AND state = 'in-flight'",
  )
  const selectOldest = database.prepare(`
    SELECT serial, length(body) AS bytes FROM answers
    WHERE session = ? AND state = 'answered' ORDER BY at, serial LIMIT 1`)
  const evict = database.prepare(
    "UPDATE answers SET state = 'evicted', body = NULL WHERE serial = ?",
  )
  const selectTally = database.prepare(`
    SELECT count(*) AS count, coalesce(sum(length(body)), 0) AS bytes FROM answers
    WHERE session = ? AND state = 'answered'`)
  const remove = database.prepare('DELETE FROM answers WHERE session = ?')
  const removeOld = database.prepare("DELETE FROM answers WHERE at <= ? AND state != 'in-flight'")
  const tallies = new Map<number, Tally>()

  // Whoever held these is gone: this process is the first to have the file since.
  database.prepare("UPDATE answers SET state = 'lost' WHERE state = 'in-flight'").run()

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
    while (tally.count > limits.answers || tally.bytes > limits.answerBytes) {
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
      const isOld = row !== undefined && integer(row, 'at') <= at - limits.answersForMs
      if (
        row === undefined ||
        (isOld && state !== 'in-flight') ||
        (state === 'lost' && rerunLost && integer(row, 'fingerprint') === fingerprint)
      ) {
        insert.run(session, requestId, fingerprint, at)
        tallies.delete(session)
        return { type: 'claimed' }
      }
      if (state === 'evicted') return { type: 'evicted' }
      const before = integer(row, 'fingerprint')
      if (state === 'answered') {
        const answer = { status: integer(row, 'status'), body: text(row, 'body') }
        return { type: 'answered', fingerprint: before, answer }
      }
      return { type: state === 'lost' ? 'lost' : 'in-flight', fingerprint: before }
    },
    settle(session, requestId, at, answer) {
      if (answer === undefined) {
        free.run(session, requestId)
        return
      }
      // Asked before the answer is there, so that it is counted once.
      const tally = tallyOf(session)
      try {
        database.transaction(() => {
          const { changes } = record.run(at, answer.status, answer.body, session, requestId)
          if (changes === 0) return
          tally.count++
          tally.bytes += answer.body.length
          evictOldest(session, tally)
        })
      } catch (error) {
        // Nothing of it was written, so it must not be counted.
        tallies.delete(session)
        throw error
      }
    },
    removeAll(session) {
      tallies.delete(session)
      remove.run(session)
    },
    prune(at) {
      if (removeOld.run(at - limits.answersForMs).changes > 0) tallies.clear()
    },
  }
}
