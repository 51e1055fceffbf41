import type { Clock } from '@mcp/protocol'

/** Creates a clock whose time changes only with `advance`. */
export function createManualClock(start = 1_800_000_000_000) {
  let now = start
  const timers = new Set<{ at: number; everyMs: number | undefined; run: () => void }>()

  function add(ms: number, everyMs: number | undefined, run: () => void): () => void {
    const timer = { at: now + ms, everyMs, run }
    timers.add(timer)
    return () => {
      timers.delete(timer)
    }
  }

  const clock: Clock = {
    now: () => now,
    after: (ms, run) => add(ms, undefined, run),
    every: (ms, run) => add(ms, ms, run),
  }

  return {
    clock,
    /** Returns the number of active timers. */
    pending: () => timers.size,
    /** Advances the time and runs the timers that are due. */
    advance: (ms: number): void => {
      now += ms
      for (const timer of timers) {
        if (timer.at > now) continue
        if (timer.everyMs === undefined) timers.delete(timer)
        else timer.at = now + timer.everyMs
        timer.run()
      }
    },
  }
}
