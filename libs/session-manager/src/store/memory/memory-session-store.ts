import { createTimeSlice } from '@mcp/concurrency'
import type { TimeSlice } from '@mcp/concurrency'

import { createIndexedSession } from '../session-index.ts'
import type { SessionIndex } from '../session-index.ts'
import { expiryOf, sweepSliceMs } from '../session-store.ts'
import type { EndReason, SessionStore, StoredSession } from '../session-store.ts'
import type { SignalBus } from '../signal-bus.ts'
import type { PrunableRecords, SessionRecord } from './session-records.ts'

export interface MemorySessionStoreOptions {
  readonly index: SessionIndex<SessionRecord>
  readonly prunable: PrunableRecords
  readonly signals: SignalBus
  /** Returns the latest position of the event store. */
  readonly position: () => number
  /** Drops outdated broadcasts. */
  readonly pruneBroadcasts: (at: number) => void
}

const batchSize = 500

export function createMemorySessionStore(options: MemorySessionStoreOptions): SessionStore {
  const { index, prunable, signals, position, pruneBroadcasts } = options
  let serial = 0

  function end(record: SessionRecord, reason: EndReason, at: number): StoredSession {
    index.end(record, reason, at)
    prunable.remove(record)
    void signals.publish({ type: 'ended', sessionId: record.session.id, reason })
    return record.session
  }

  function sweepExpired(
    at: number,
    isActive: (sessionId: string) => boolean,
    slice: TimeSlice,
  ): { ended: StoredSession[]; hasMore: boolean } {
    const { entries, hasMore } = index.expired(at, batchSize)
    const ended: StoredSession[] = []
    for (const record of entries) {
      if (isActive(record.session.id)) index.touch(record.session.id, at)
      else ended.push(end(record, 'expired', at))
      if (slice.isOver()) return { ended, hasMore: true }
    }
    return { ended, hasMore }
  }

  return {
    create(session) {
      index.assertCapacity(session)
      index.add({
        ...createIndexedSession(session, ++serial),
        createdAfter: position(),
        responses: undefined,
        events: undefined,
        interactions: undefined,
        prunableSince: undefined,
      })
    },
    read: (id) => index.get(id)?.session ?? index.getEnded(id),
    list: (owner, limit, cursor) => index.list(owner, limit, cursor),
    touch(id, at) {
      index.touch(id, at)
    },
    addServer: (id, server) => index.addServer(id, server) !== undefined,
    sweep(at, isActive) {
      const slice = createTimeSlice(sweepSliceMs)
      index.pruneEnded(at)
      pruneBroadcasts(at)
      const { ended, hasMore } = sweepExpired(at, isActive, slice)
      const hasOutdated = prunable.prune(at, slice)
      return { ended, hasMore: hasMore || hasOutdated }
    },
    end(id, reason, at) {
      const record = index.get(id)
      if (record === undefined) return undefined
      if (reason === 'expired' && expiryOf(record.session) > at) return undefined
      return end(record, reason, at)
    },
  }
}
