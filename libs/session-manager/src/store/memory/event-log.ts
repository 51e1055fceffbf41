import type { NewEvent, StoredEvent } from '../store.ts'
import type { StoreLimits } from '../store-limits.ts'

/** The events of one session, or of all: in the order of their positions, bounded. */
export interface EventLog {
  has(notificationId: string): boolean
  append(position: number, event: NewEvent): StoredEvent
  /** At most `limit` events after a position, of those that a filter lets through. */
  after(
    position: number,
    limit: number,
    isFor?: (event: StoredEvent) => boolean,
  ): readonly StoredEvent[]
  /** Drops what is too old. Whether anything is left. */
  prune(at: number): boolean
  /** The position of the last event that was dropped; 0 while all are there. */
  trimmedTo(): number
}

export function createEventLog(limits: StoreLimits): EventLog {
  let events: StoredEvent[] = []
  // What stands before it was dropped; the array is cut when half of it is dead, not for each event.
  let first = 0
  let bytes = 0
  let trimmedTo = 0
  const ids = new Set<string>()

  function dropFirst(event: StoredEvent): void {
    first++
    bytes -= event.data.length
    trimmedTo = event.position
    ids.delete(event.id)
    if (first > 32 && first * 2 > events.length) {
      events = events.slice(first)
      first = 0
    }
  }

  function dropWhile(isTooMuch: (event: StoredEvent) => boolean): void {
    let event = events[first]
    while (event !== undefined && isTooMuch(event)) {
      dropFirst(event)
      event = events[first]
    }
  }

  function isOverfull(): boolean {
    return events.length - first > limits.events || bytes > limits.eventBytes
  }

  return {
    has: (notificationId) => ids.has(notificationId),
    append(position, event) {
      const stored = { position, ...event }
      events.push(stored)
      ids.add(event.id)
      bytes += event.data.length
      dropWhile(isOverfull)
      return stored
    },
    after(position, limit, isFor) {
      const start = indexAfter(events, first, position)
      if (isFor === undefined) return events.slice(start, start + limit)
      const found: StoredEvent[] = []
      for (let index = start; index < events.length && found.length < limit; index++) {
        const event = events[index]
        if (event !== undefined && isFor(event)) found.push(event)
      }
      return found
    },
    prune(at) {
      dropWhile((event) => event.at <= at - limits.eventsForMs)
      return events.length > first
    },
    trimmedTo: () => trimmedTo,
  }
}

function indexAfter(events: readonly StoredEvent[], from: number, position: number): number {
  let low = from
  let high = events.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((events[middle]?.position ?? Infinity) > position) high = middle
    else low = middle + 1
  }
  return low
}
