import { invalidCursor, maxSessionPageLength } from '@mcp/session-manager'
import type { SessionStore, StoredSession } from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { fieldsOf } from '../results.ts'

/** Number of sessions that are read at once. Together they can have 256 KiB of metadata. */
const batchSize = 16

/** Implements `SessionStore.list`. `readLive` reads a session, or returns undefined if it has ended. */
export function createSessionList(
  { connection, keys }: Pick<Backend, 'connection' | 'keys'>,
  readLive: (id: string) => Promise<StoredSession | undefined>,
): SessionStore['list'] {
  return async (owner, limit, cursor = '0') => {
    if (!/^\d{1,15}$/.test(cursor)) throw invalidCursor()
    // Reads one id more than the limit, which shows whether there is another page.
    const range = [`(${cursor}`, '+inf', 'WITHSCORES', 'LIMIT', 0, limit + 1]
    const scores = fieldsOf(await connection.call('ZRANGEBYSCORE', keys.ownerOf(owner), ...range))
    const ids = [...scores.keys()]
    const sessions: StoredSession[] = []
    let count = 0
    let length = 0
    while (count < Math.min(ids.length, limit) && length < maxSessionPageLength) {
      const batch = ids.slice(count, Math.min(count + batchSize, limit))
      for (const session of await Promise.all(batch.map(readLive))) {
        if (session === undefined) continue
        sessions.push(session)
        length += session.metadata.length
      }
      count += batch.length
    }
    const last = ids[count - 1]
    return {
      sessions,
      nextCursor: count < ids.length && last !== undefined ? scores.get(last) : undefined,
    }
  }
}
