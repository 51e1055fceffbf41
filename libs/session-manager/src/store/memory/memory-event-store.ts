import type { EventStore } from '../event-store.ts'
import {
  advanceNumbered,
  newEventsFrom,
  numberedPage,
  positionOfCursor,
} from '../numbered-events.ts'
import type { NumberedEvent } from '../numbered-events.ts'
import { assertNotificationSize } from '../store-limits.ts'
import { createEventLog } from './event-log.ts'
import type { MemoryState, SessionRecord } from './session-records.ts'
import { createSharedBudget } from './shared-budget.ts'

export interface MemoryEventStore extends EventStore {
  /** Returns the latest position. */
  readonly position: () => number
  /** Drops outdated broadcasts. */
  readonly pruneBroadcasts: (at: number) => void
}

export function createMemoryEventStore(state: MemoryState): MemoryEventStore {
  const { index, prunable, signals, limits } = state
  const budget = createSharedBudget(limits.maxTotalEventBytes)
  const broadcasts = createEventLog(limits, budget)
  let position = 0

  /** Returns the events of a session and its broadcasts, in the order of positions. */
  function merge(record: SessionRecord, after: number, limit: number): readonly NumberedEvent[] {
    const own = record.events?.after(after, limit) ?? []
    const shared = broadcasts.after(
      Math.max(after, record.createdAfter),
      limit,
      ({ server }) => server === undefined || record.session.servers.includes(server),
    )
    if (shared.length === 0) return own
    return [...own, ...shared].toSorted((a, b) => a.position - b.position).slice(0, limit)
  }

  return {
    append(sessionId, event) {
      assertNotificationSize(event, limits)
      const record = sessionId === undefined ? undefined : index.get(sessionId)
      if (sessionId !== undefined && record === undefined) return undefined
      const log =
        record === undefined ? broadcasts : (record.events ??= createEventLog(limits, budget))
      if (log.has(event.id)) return false
      if (record !== undefined) prunable.add(record, event.at)
      const stored = log.append(++position, event)
      void signals.publish({ type: 'appended', sessionId, event: stored })
      return stored.cursor
    },
    read(sessionId, cursor, limit) {
      const record = index.get(sessionId)
      if (record === undefined) return undefined
      if (cursor === undefined) return newEventsFrom(position)
      const after = positionOfCursor(cursor)
      const trimmedBroadcasts = broadcasts.trimmedTo()
      const trimmedTo = Math.max(
        record.events?.trimmedTo() ?? 0,
        trimmedBroadcasts > record.createdAfter ? trimmedBroadcasts : 0,
      )
      const found = merge(record, after, limit + 1)
      const hasMore = found.length > limit
      const events = hasMore ? found.slice(0, limit) : found
      return numberedPage({ events, hasMore, after, position, trimmedTo })
    },
    advance: advanceNumbered,
    position: () => position,
    pruneBroadcasts(at) {
      broadcasts.prune(at)
    },
  }
}
