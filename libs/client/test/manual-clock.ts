import type { Clock } from '@mcp/protocol'

/** A clock that stands still until it is moved. */
export function createManualClock() {
  let now = 0
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()

  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    every() {
      throw new Error('The client repeats nothing by the clock.')
    },
  }
  return {
    clock,
    /** How long from now the waiting timers ring, in milliseconds, soonest first. */
    waiting: () => [...timers].map(({ at }) => at - now).toSorted((left, right) => left - right),
    advance: (ms: number): void => {
      now += ms
      for (const timer of timers) {
        if (timer.at > now || !timers.delete(timer)) continue
        timer.run()
      }
    },
  }
}
