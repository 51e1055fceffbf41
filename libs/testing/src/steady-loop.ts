import { monitorEventLoopDelay } from 'node:perf_hooks'

import { expect } from 'vitest'

export interface SteadyLoopOptions {
  /** The longest the event loop may be held up, in milliseconds. Default: 50. */
  readonly maxMs?: number | undefined
  /**
   * How often it may be tried: a machine that is busy with something else holds a loop up as well, but
   * not each time, where code that blocks does. Default: 3.
   */
  readonly attempts?: number | undefined
}

const resolutionMs = 2

/** The longest time that the event loop was held up while `run` ran, in milliseconds. */
export async function longestBlockMs(run: () => Promise<unknown>): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  delays.enable()
  try {
    await run()
  } finally {
    // One turn more, so that a block at the very end is seen.
    await new Promise((resolve) => setTimeout(resolve, resolutionMs * 2))
    delays.disable()
  }
  return Math.max(0, delays.max / 1e6 - resolutionMs)
}

/** Fails unless `run` leaves the event loop free all the while. */
export async function expectSteadyLoop(
  run: () => Promise<unknown>,
  { maxMs = 50, attempts = 3 }: SteadyLoopOptions = {},
): Promise<void> {
  const measured: number[] = []
  while (measured.length < attempts) {
    const ms = await longestBlockMs(run)
    if (ms <= maxMs) return
    measured.push(Math.round(ms))
  }
  expect.fail(`The event loop was held up for ${measured.join(', ')} ms; ${maxMs} ms is the most.`)
}
