import type { EndedSession, EndReason, StoredSession } from '../session-store.ts'
import type { StoreLimits } from '../store-limits.ts'
import type { EventLog } from './event-log.ts'
import type { Expiring } from './expiry-wheel.ts'
import type { IdempotencyCache } from './idempotency-cache.ts'
import type { InteractionRegistry } from './interaction-registry.ts'

/** One live session with everything that belongs to it. */
export interface SessionRecord extends Expiring {
  readonly session: Mutable<StoredSession>
  /** The store's position when the session was created: earlier broadcasts are not for it. */
  readonly createdAfter: number
  readonly serial: number
  readonly metadataBytes: number
  // Most sessions are idle, so these are created on first use.
  responses: IdempotencyCache | undefined
  events: EventLog | undefined
  interactions: InteractionRegistry | undefined
  /** Time at which the record was last scheduled for pruning; 0 while it is not scheduled. */
  prunableSince: number
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** All live sessions by id, and the remainders of ended ones. Shared by the in-memory stores. */
export interface SessionRecords {
  readonly size: number
  get(sessionId: string): SessionRecord | undefined
  getEnded(sessionId: string): EndedSession | undefined
  add(record: SessionRecord): void
  /** Removes a live session and remembers how it ended. */
  end(record: SessionRecord, reason: EndReason, at: number): void
  /** Schedules a record, of which something may become outdated, for {@link SessionRecords.prune}. */
  schedulePruning(record: SessionRecord, at?: number): void
  /** Drops outdated responses, events, interactions and remainders. */
  prune(at: number): void
  clear(): void
}

const pruneEveryMs = 60_000

export function createSessionRecords(limits: StoreLimits): SessionRecords {
  const live = new Map<string, SessionRecord>()
  const ended = new Map<string, EndedSession & { readonly at: number }>()
  // In the order of `prunableSince`.
  const prunable = new Set<SessionRecord>()
  let prunedAt = 0

  function pruneRecord(record: SessionRecord, at: number): void {
    prunable.delete(record)
    if (record.responses?.prune(at) === false) record.responses = undefined
    if (record.interactions?.prune(at) === false) record.interactions = undefined
    // An empty log stays: it knows up to which position it was trimmed.
    const hasEvents = record.events?.prune(at) === true
    const hasMore = hasEvents || record.responses !== undefined || record.interactions !== undefined
    record.prunableSince = hasMore ? at : 0
    if (hasMore) prunable.add(record)
  }

  return {
    get size() {
      return live.size
    },
    get: (sessionId) => live.get(sessionId),
    getEnded: (sessionId) => ended.get(sessionId),
    add(record) {
      live.set(record.session.id, record)
    },
    end(record, endedBy, at) {
      const { id, owner } = record.session
      live.delete(id)
      prunable.delete(record)
      ended.set(id, { owner, endedBy, at })
    },
    schedulePruning(record, at = prunedAt) {
      if (record.prunableSince !== 0 && at - record.prunableSince < pruneEveryMs) return
      record.prunableSince = at
      prunable.delete(record)
      prunable.add(record)
    },
    prune(at) {
      prunedAt = at
      for (const record of prunable) {
        if (record.prunableSince > at - 2 * pruneEveryMs) break
        pruneRecord(record, at)
      }
      for (const [id, { at: endedAt }] of ended) {
        const isRecent = endedAt > at - limits.endedSessionTtlMs
        if (isRecent && ended.size <= limits.maxEndedSessions) break
        ended.delete(id)
      }
    },
    clear() {
      live.clear()
      ended.clear()
      prunable.clear()
    },
  }
}
