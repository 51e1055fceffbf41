import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

/**
 * The system clock, with timers that keep a process alive: no socket is open while a request waits
 * for its retry, and Node would otherwise exit in the middle of an `await`.
 */
export const keepAliveClock: Clock = {
  ...systemClock,
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
