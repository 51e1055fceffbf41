import { backoffMs } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'

/** A failed start of a worker, and the earliest time of the next attempt. */
export interface StartFailure {
  readonly text: string
  readonly retryAt: number
}

/** Delays the next start after a failed start, so that a broken worker is not started in a loop. */
export interface StartBackoff {
  recordFailure(text: string): void
  /** Returns the last failure until the time of the next attempt, then `undefined`. */
  failure(): StartFailure | undefined
  /** Clears all failures after a successful start. */
  reset(): void
}

// Jitter is not needed, because a start puts no load on a server that other clients use.
const backoff = { baseMs: 250, maxMs: 30_000, random: () => 1 }

export function createStartBackoff(clock: Clock): StartBackoff {
  let failedStarts = 0
  let failure: StartFailure | undefined

  return {
    recordFailure(text) {
      failure = { text, retryAt: clock.now() + backoffMs(failedStarts, backoff) }
      failedStarts += 1
    },
    failure: () => (failure !== undefined && clock.now() < failure.retryAt ? failure : undefined),
    reset() {
      failedStarts = 0
      failure = undefined
    },
  }
}
