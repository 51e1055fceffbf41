import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol/light'

/**
 * The system clock, with timers of `after` that keep the process alive. While a request waits for its retry, no
 * socket is open, and without these timers Node would exit before the retry.
 */
export const keepAliveClock: Clock = {
  ...systemClock,
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
