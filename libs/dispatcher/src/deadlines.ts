import type { Clock } from '@mcp/protocol'

/** Something that ends at a moment. */
export interface Expiring {
  /** Milliseconds since the epoch. */
  readonly deadline: number
}

/** The moments at which calls end, behind one timer. */
export interface Deadlines<Entry extends Expiring> {
  add(entry: Entry): void
  delete(entry: Entry): void
  entries(): Entry[]
  /** Stops the timer; nothing expires any more. */
  close(): void
}

// A timer for each call costs 0.14 to 0.5 µs; a set and one shared timer 0.04. The timer is left
// where it is when calls end, and a firing walks the calls in flight, so it fires at most this often.
const coarsenessMs = 8
// Timers count in 32 bits; a longer wait is cut into pieces.
const longestWaitMs = 2_000_000_000

/** Watches deadlines with one timer for all of them. */
export function createDeadlines<Entry extends Expiring>(
  clock: Clock,
  expire: (entry: Entry) => void,
): Deadlines<Entry> {
  const entries = new Set<Entry>()
  let armedFor = Number.POSITIVE_INFINITY
  let stop = (): void => {}

  function arm(at: number): void {
    stop()
    armedFor = at
    const wait = Math.min(Math.max(0, at - clock.now()), longestWaitMs)
    stop = clock.after(wait, fire)
  }

  function fire(): void {
    const now = clock.now()
    let next = Number.POSITIVE_INFINITY
    armedFor = next
    for (const entry of entries) {
      if (entry.deadline <= now) {
        entries.delete(entry)
        expire(entry)
      } else if (entry.deadline < next) {
        next = entry.deadline
      }
    }
    // What `expire` added has armed its own timer.
    if (next < armedFor) arm(Math.max(next, now + coarsenessMs))
  }

  return {
    add(entry) {
      entries.add(entry)
      if (entry.deadline < armedFor) arm(entry.deadline)
    },
    delete(entry) {
      entries.delete(entry)
    },
    entries: () => [...entries],
    close() {
      stop()
      armedFor = Number.POSITIVE_INFINITY
      entries.clear()
    },
  }
}
