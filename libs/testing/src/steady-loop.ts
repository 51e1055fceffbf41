import { readFileSync } from 'node:fs'

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

/**
 * The longest time that the event loop was held up while `run` ran, in milliseconds. On Linux, the time
 * in which the machine ran something else instead is left out.
 */
export async function longestBlockMs(run: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let last = ownTimeMs()
  const timer = setInterval(() => {
    const now = ownTimeMs()
    longest = Math.max(longest, now - last)
    last = now
  }, resolutionMs)
  try {
    await run()
  } finally {
    // One turn more, so that a block at the very end is seen.
    await new Promise((resolve) => setTimeout(resolve, resolutionMs * 2))
    clearInterval(timer)
  }
  return Math.max(0, longest - resolutionMs)
}

/** Passes while this thread works, sleeps or has nothing to do, and not while it waits for a processor. */
function ownTimeMs(): number {
  return performance.now() - waitedMs()
}

let hasSchedulerStatistics = true

function waitedMs(): number {
  if (!hasSchedulerStatistics) return 0
  try {
    // Time on a processor, time spent waiting for one, and how often; the times in nanoseconds.
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6
  } catch {
    hasSchedulerStatistics = false
    return 0
  }
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
