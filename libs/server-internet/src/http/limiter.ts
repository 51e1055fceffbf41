import { McpError } from '@mcp/protocol'

import { untilAborted } from '../transport/until-aborted.ts'

/** Lets a number of things run at once, and others wait their turn. */
export interface Limiter {
  /** @throws McpError `unavailable` where too many wait already. */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>
}

export function createLimiter(atOnce: number, mostWaiting: number): Limiter {
  const waiting = new Set<() => void>()
  let running = 0

  async function enter(signal: AbortSignal): Promise<void> {
    if (running < atOnce) {
      running += 1
      return
    }
    if (waiting.size >= mostWaiting) {
      throw new McpError('unavailable', 'Too many pages are being fetched; try again soon.', {
        details: { retryAfterMs: 1000 },
      })
    }
    // Whoever leaves hands its place over, so `running` stays as it is.
    const turn = Promise.withResolvers<void>()
    waiting.add(turn.resolve)
    try {
      await untilAborted(turn.promise, signal)
    } catch (thrown) {
      // The place may have been handed over in the same moment.
      if (!waiting.delete(turn.resolve)) leave()
      throw thrown
    }
  }

  function leave(): void {
    const [next] = waiting
    if (next === undefined) {
      running -= 1
      return
    }
    waiting.delete(next)
    next()
  }

  return {
    async run(work, signal) {
      await enter(signal)
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
