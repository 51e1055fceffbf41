import type { Clock } from '@mcp/protocol'

/** A clock for tests: time passes when it is told to. */
export interface ManualClock extends Clock {
  /** Lets time pass, running what falls due in order. */
  advance(ms: number): void
  /** How many timers are pending. */
  pending(): number
}

export function createManualClock(start = 1_000_000): ManualClock {
  const timers = new Set<{ at: number; everyMs: number | undefined; run: () => void }>()
  let now = start

  function arm(ms: number, run: () => void, everyMs?: number): () => void {
    const timer = { at: now + ms, everyMs, run }
    timers.add(timer)
    return () => timers.delete(timer)
  }

  return {
    now: () => now,
    after: (ms, run) => arm(ms, run),
    every: (ms, run) => arm(ms, run, ms),
    advance(ms) {
      const end = now + ms
      for (;;) {
        const [next] = [...timers].toSorted((left, right) => left.at - right.at)
        if (next === undefined || next.at > end) break
        now = Math.max(now, next.at)
        if (next.everyMs === undefined) timers.delete(next)
        else next.at += next.everyMs
        next.run()
      }
      now = end
    },
    pending: () => timers.size,
  }
}
