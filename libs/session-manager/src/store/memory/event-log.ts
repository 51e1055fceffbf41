import type { NewEvent } from '../event-store.ts'
import type { NumberedEvent } from '../numbered-events.ts'
import { entryOverheadBytes } from '../store-limits.ts'
import type { StoreLimits } from '../store-limits.ts'
import { utf8Length } from '../utf8-length.ts'
import type { Evictable, SharedBudget } from './shared-budget.ts'
import { notInBudget } from './shared-budget.ts'

/** The bounded log of one session, or of all broadcasts. Its events are in the order of positions. */
export interface EventLog extends Evictable {
  has(notificationId: string): boolean
  append(position: number, event: NewEvent): NumberedEvent
  /** Returns up to `limit` events after a position. With `matches`, returns only events that match. */
  after(
    position: number,
    limit: number,
    matches?: (event: NumberedEvent) => boolean,
  ): readonly NumberedEvent[]
  /** Drops events that are older than `eventTtlMs`. Returns whether any event is left. */
  prune(at: number): boolean
  /** Returns the position of the last dropped event; 0 if none was dropped. */
  trimmedTo(): number
  /** Removes the log from the budget. */
  close(): void
}

export function createEventLog(limits: StoreLimits, budget: SharedBudget): EventLog {
  let events: NumberedEvent[] = []
  // Index of the first event that was not dropped. Dropped events stay in the array until they fill more than
  // half of it, because a removal copies the array.
  let first = 0
  let bytes = 0
  let trimmedTo = 0
  const ids = new Set<string>()

  function dropFirst(event: NumberedEvent): void {
    const size = utf8Length(event.data)
    first++
    bytes -= size
    budget.release(size + entryOverheadBytes)
    trimmedTo = event.position
    ids.delete(event.id)
    if (first > 32 && first * 2 > events.length) {
      events = events.slice(first)
      first = 0
    }
  }

  function dropWhile(shouldDrop: (event: NumberedEvent) => boolean): void {
    let event = events[first]
    while (event !== undefined && shouldDrop(event)) {
      dropFirst(event)
      event = events[first]
    }
  }

  function isOverLimit(): boolean {
    return events.length - first > limits.maxEvents || bytes > limits.maxEventBytes
  }

  const log: EventLog = {
    movedAt: notInBudget,
    has: (notificationId) => ids.has(notificationId),
    append(position, event) {
      const size = utf8Length(event.data)
      const stored = { position, cursor: String(position), ...event }
      events.push(stored)
      ids.add(event.id)
      bytes += size
      budget.use(log, size + entryOverheadBytes, event.at)
      dropWhile(isOverLimit)
      return stored
    },
    after(position, limit, matches) {
      const start = indexAfter(events, first, position)
      if (matches === undefined) return events.slice(start, start + limit)
      const found: NumberedEvent[] = []
      for (let index = start; index < events.length && found.length < limit; index++) {
        const event = events[index]
        if (event !== undefined && matches(event)) found.push(event)
      }
      return found
    },
    prune(at) {
      dropWhile((event) => event.at <= at - limits.eventTtlMs)
      return events.length > first
    },
    trimmedTo: () => trimmedTo,
    evictOldest() {
      const event = events[first]
      if (event !== undefined) dropFirst(event)
      return event !== undefined
    },
    close() {
      budget.release(bytes + (events.length - first) * entryOverheadBytes)
      budget.remove(log)
    },
  }
  return log
}

/** Returns the index of the first event after a position, by binary search. */
function indexAfter(events: readonly NumberedEvent[], from: number, position: number): number {
  let low = from
  let high = events.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((events[middle]?.position ?? Infinity) > position) high = middle
    else low = middle + 1
  }
  return low
}
