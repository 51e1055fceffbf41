import { backoffMs } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'

/** A failed start of a worker, and the earliest time of the next attempt. */
export interface StartFailure {
  readonly text: string
  readonly retryAt: number
}

/** Delays the next start after a failed one, so that a broken worker is not started in a loop. */
export interface StartBackoff {
  recordFailure(text: string): void
  /** Returns the last failure while it is too early for the next attempt. */
  failure(): StartFailure | undefined
  /** Forgets all failures after a successful start. */
  reset(): void
}

// Without jitter: a worker that fails to start loads no server that others use.
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
