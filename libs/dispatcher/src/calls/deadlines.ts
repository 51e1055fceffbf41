import type { Clock } from '@mcp/protocol'

/** An entry with a deadline. The set that contains the entry sets its links `next` and `previous`. */
export interface Expiring<Entry> {
  /** Milliseconds since the epoch. */
  readonly deadline: number
  next: Entry | undefined
  previous: Entry | undefined
}

/** A set of entries whose deadlines share one timer. */
export interface Deadlines<Entry> {
  add(entry: Entry): void
  /** Removes an entry of this set. */
  delete(entry: Entry): void
  entries(): Entry[]
  /** Stops the timer, so that the current entries no longer expire. */
  close(): void
}

// One timer per entry would cost 0.14 to 0.5 µs; the shared timer costs 0.02 µs. Whenever the timer
// fires, it checks all entries. It then waits at least this long, unless a new entry with an earlier
// deadline is added.
const minIntervalMs = 8
// The delay of a timer must fit into 32 bits. For a longer delay, several timers run in sequence.
const maxTimerMs = 2_000_000_000

/** Creates an empty set of deadlines. `expire` receives each entry whose deadline has passed. */
export function createDeadlines<Entry extends Expiring<Entry>>(
  clock: Clock,
  expire: (entry: Entry) => void,
): Deadlines<Entry> {
  // The entries form a linked list instead of a `Set`. A growing `Set` discards internal tables, which
  // keep ended calls in memory until the next full garbage collection. Under load, this doubled the
  // cost of a dispatch.
  let first: Entry | undefined
  let armedFor = Number.POSITIVE_INFINITY
  let cancelTimer = (): void => {}

  function unlink(entry: Entry): void {
    const { next, previous } = entry
    if (previous === undefined) first = next
    else previous.next = next
    if (next !== undefined) next.previous = previous
    entry.next = undefined
    entry.previous = undefined
  }

  function entries(): Entry[] {
    const all: Entry[] = []
    for (let entry = first; entry !== undefined; entry = entry.next) all.push(entry)
    return all
  }

  function arm(at: number): void {
    cancelTimer()
    armedFor = at
    cancelTimer = clock.after(Math.min(Math.max(0, at - clock.now()), maxTimerMs), fire)
  }

  function fire(): void {
    const now = clock.now()
    let next = Number.POSITIVE_INFINITY
    armedFor = next
    // The loop uses a copy of the list, because `expire` may remove other entries.
    for (const entry of entries()) {
      if (entry.deadline <= now) expire(entry)
      else if (entry.deadline < next) next = entry.deadline
    }
    // If `expire` added entries, the timer may already be armed for an earlier time.
    if (next < armedFor) arm(Math.max(next, now + minIntervalMs))
  }

  return {
    add(entry) {
      entry.next = first
      if (first !== undefined) first.previous = entry
      first = entry
      if (entry.deadline < armedFor) arm(entry.deadline)
    },
    delete: unlink,
    entries,
    close() {
      cancelTimer()
      armedFor = Number.POSITIVE_INFINITY
    },
  }
}
