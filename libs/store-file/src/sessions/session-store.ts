import { createTimeSlice } from '@mcp/concurrency'
import { createIndexedSession, expiryOf, sweepSliceMs } from '@mcp/session-manager'
import type { SessionIndex, SessionStore, SignalBus, StoredSession } from '@mcp/session-manager'

import type { Activity } from './activity.ts'
import { runTasks } from '../clean-up.ts'
import type { Task } from '../clean-up.ts'
import { ignoreStoreFailure } from '../file/ignore-store-failure.ts'
import type { WriteQueue } from '../file/write-queue.ts'
import type { SessionEntry, SessionTable } from './session-table.ts'
import { take } from './take.ts'

export interface FileSessionStoreOptions {
  readonly index: SessionIndex<SessionEntry>
  readonly table: SessionTable
  readonly activity: Activity
  readonly signals: SignalBus
  readonly writes: WriteQueue
  readonly tasks: readonly Task[]
  /** Returns the store's latest position. */
  readonly position: () => number
}

const expiredBatchSize = 32

export function createFileSessionStore(options: FileSessionStoreOptions): SessionStore {
  const { index, table, activity, signals, writes, tasks, position } = options
  /** Expired sessions that are still in the file. */
  const expired = new Set<SessionEntry>()
  /** Sessions whose end is being written. */
  const ending = new Set<SessionEntry>()
  let firstTask = 0

  /** Removes expired sessions from the file. A crash before that only makes them expire again. */
  function removeExpired(at: number): boolean {
    const batch = take(expired, expiredBatchSize)
    if (batch.length === 0) return false
    try {
      table.end(batch, 'expired', at)
      for (const entry of batch) expired.delete(entry)
    } catch {
      // Ends them one by one, because a row on a damaged page must not block the others. An entry that fails
      // moves to the end.
      for (const entry of batch) {
        expired.delete(entry)
        expired.add(entry)
        ignoreStoreFailure(() => {
          table.end([entry], 'expired', at)
          expired.delete(entry)
        })
      }
      return false
    }
    return expired.size > 0
  }

  return {
    async create(session) {
      index.assertCapacity(session)
      const createdAfter = position()
      const serial = table.nextSerial()
      const fields = createIndexedSession(session, serial)
      const entry = {
        ...fields,
        createdAfter,
        hasContents: false,
        writtenActivity: session.createdAt,
        writtenServers: fields.session.servers,
      }
      // Added before it is written, so that a concurrent call counts it. No caller knows its id yet.
      index.add(entry)
      try {
        await writes.add(() => table.insert(serial, session, createdAfter))
      } catch (error) {
        index.remove(entry)
        throw error
      }
    },
    read: (id) => index.get(id)?.session ?? index.getEnded(id),
    list: (owner, limit, cursor) => index.list(owner, limit, cursor),
    touch: (id, at) => activity.touch(id, at),
    addServer: (id, server) => activity.addServer(id, server),
    sweep(at, isActive) {
      const slice = createTimeSlice(sweepSliceMs)
      index.pruneEnded(at)
      const { entries, hasMore: hasMoreExpired } = index.expired(at, expiredBatchSize)
      const ended: StoredSession[] = []
      for (const entry of entries) {
        const { id } = entry.session
        if (isActive(id) || ending.has(entry)) {
          activity.touch(id, at)
          continue
        }
        index.end(entry, 'expired', at)
        activity.forget(entry)
        expired.add(entry)
        ended.push(entry.session)
        void signals.publish({ type: 'ended', sessionId: id, reason: 'expired' })
      }
      // Starts with another task each time, so that a long one does not delay the others.
      firstTask = (firstTask + 1) % tasks.length
      const rotated = [...tasks.slice(firstTask), ...tasks.slice(0, firstTask)]
      // While a checkpoint has locked the file, the tasks would block this thread.
      const hasMore = !writes.isPaused && runTasks([removeExpired, ...rotated], at, slice)
      return { ended, hasMore: hasMore || hasMoreExpired }
    },
    async end(id, reason, at) {
      const entry = index.get(id)
      if (entry === undefined || ending.has(entry)) return undefined
      if (reason === 'expired' && expiryOf(entry.session) > at) return undefined
      ending.add(entry)
      try {
        await writes.add(() => table.end([entry], reason, at))
      } finally {
        ending.delete(entry)
      }
      index.end(entry, reason, at)
      activity.forget(entry)
      void signals.publish({ type: 'ended', sessionId: id, reason })
      return entry.session
    },
  }
}
