import type { TimeSlice } from '@mcp/concurrency'

import type { IndexedSession, SessionIndex } from '../session-index.ts'
import type { SignalBus } from '../signal-bus.ts'
import type { StoreLimits } from '../store-limits.ts'
import type { EventLog } from './event-log.ts'
import type { IdempotencyCache } from './idempotency-cache.ts'
import type { InteractionRegistry } from './interaction-registry.ts'

/** One live session with its responses, events and interactions. */
export interface SessionRecord extends IndexedSession {
  /** Latest position when the session was created. The session does not receive earlier broadcasts. */
  readonly createdAfter: number
  // Most sessions are idle, so the next three are created on first use.
  responses: IdempotencyCache | undefined
  events: EventLog | undefined
  interactions: InteractionRegistry | undefined
  /** Time at which the record was last scheduled for pruning; `undefined` while it is not scheduled. */
  prunableSince: number | undefined
}

/** Schedules the records whose responses, events or interactions can become outdated. */
export interface PrunableRecords {
  /** Schedules a record for pruning. Called when something is added to the record. */
  add(record: SessionRecord, at?: number): void
  remove(record: SessionRecord): void
  /** Drops outdated responses, events and interactions. Returns whether more records are due. */
  prune(at: number, slice: Pick<TimeSlice, 'isOver'>): boolean
}

/** State shared by the in-memory stores. */
export interface MemoryState {
  readonly index: SessionIndex<SessionRecord>
  readonly prunable: PrunableRecords
  readonly signals: SignalBus
  readonly limits: StoreLimits
}

const pruneEveryMs = 60_000

export function createPrunableRecords(): PrunableRecords {
  // In the order of `prunableSince`.
  const prunable = new Set<SessionRecord>()
  let prunedAt = 0

  function pruneRecord(record: SessionRecord, at: number): void {
    prunable.delete(record)
    if (record.responses?.prune(at) === false) {
      record.responses.close()
      record.responses = undefined
    }
    if (record.interactions?.prune(at) === false) record.interactions = undefined
    // An empty log is kept, because it stores the position up to which it was trimmed.
    const hasEvents = record.events?.prune(at) === true
    const hasMore = hasEvents || record.responses !== undefined || record.interactions !== undefined
    record.prunableSince = hasMore ? at : undefined
    if (hasMore) prunable.add(record)
  }

  return {
    add(record, at = prunedAt) {
      const { prunableSince } = record
      if (prunableSince !== undefined && at - prunableSince < pruneEveryMs) return
      record.prunableSince = at
      prunable.delete(record)
      prunable.add(record)
    },
    remove(record) {
      prunable.delete(record)
      record.responses?.close()
      record.events?.close()
    },
    prune(at, slice) {
      prunedAt = at
      for (const record of prunable) {
        const { prunableSince } = record
        if (prunableSince !== undefined && prunableSince > at - 2 * pruneEveryMs) return false
        if (slice.isOver()) return true
        pruneRecord(record, at)
      }
      return false
    },
  }
}
