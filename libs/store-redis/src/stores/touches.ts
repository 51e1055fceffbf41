import type { StoredSession } from '@mcp/session-manager'

import type { Connection } from '../connection.ts'
import type { Keys } from '../keys.ts'
import { touchSessions } from '../scripts/session-scripts.ts'

/** Activity of sessions, which is written to Redis later. */
export interface Touches {
  add(sessionId: string, at: number): void
  /** Returns a session with its activity that is not written yet. */
  applyTo(session: StoredSession): StoredSession
  /** Writes all activity in one pipeline. */
  flush(): Promise<void>
}

const batchSize = 500

export function createTouches(connection: Connection, keys: Keys): Touches {
  let pending = new Map<string, number>()

  return {
    add(sessionId, at) {
      const earlier = pending.get(sessionId)
      if (earlier === undefined || at > earlier) pending.set(sessionId, at)
    },
    applyTo(session) {
      const at = pending.get(session.id)
      return at === undefined || at <= session.lastActivity
        ? session
        : { ...session, lastActivity: at }
    },
    async flush() {
      if (pending.size === 0) return
      const written = pending
      pending = new Map()
      const byShard = new Map<string, { keys: string[]; times: number[]; idAt: number }[]>()
      for (const [id, at] of written) {
        const [session, expiry] = keys.readKeys(id)
        const batches = byShard.get(expiry) ?? []
        byShard.set(expiry, batches)
        let batch = batches.at(-1)
        if (batch === undefined || batch.keys.length > batchSize) {
          batch = { keys: [expiry], times: [], idAt: session.length - id.length }
          batches.push(batch)
        }
        batch.keys.push(session)
        batch.times.push(at)
      }
      try {
        const batches = [...byShard.values()].flat()
        await Promise.all(
          batches.map((batch) =>
            connection.run(touchSessions, batch.keys, [batch.idAt, batch.times.join(' ')]),
          ),
        )
      } catch (error) {
        for (const [id, at] of written) if (!pending.has(id)) pending.set(id, at)
        throw error
      }
    },
  }
}
