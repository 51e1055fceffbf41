import { readFileSync } from 'node:fs'

import { expect } from 'vitest'

/** Options of {@link expectSteadyLoop}. */
export interface SteadyLoopOptions {
  /** Maximum time for which the event loop may be blocked, in milliseconds. Default: 50. */
  readonly maxMs?: number | undefined
  /**
   * Maximum number of attempts. A busy machine can block the loop in some attempts; code that blocks
   * does so in every attempt. Default: 3.
   */
  readonly attempts?: number | undefined
}

const resolutionMs = 2

/**
 * Returns the longest time for which the event loop was blocked during `run`, in milliseconds. On
 * Linux, the time during which the thread waited for a processor is not counted.
 */
export async function maxBlockMs(run: () => Promise<unknown>): Promise<number> {
  let maxMs = 0
  let last = ownTimeMs()
  const timer = setInterval(() => {
    const now = ownTimeMs()
    maxMs = Math.max(maxMs, now - last)
    last = now
  }, resolutionMs)
  try {
    await run()
  } finally {
    // Waits until the timer fires again, so that a block at the end of `run` is measured.
    await new Promise((resolve) => setTimeout(resolve, resolutionMs * 2))
    clearInterval(timer)
  }
  return Math.max(0, maxMs - resolutionMs)
}

/** Returns the current time in milliseconds, less the time that this thread has waited for a processor. */
function ownTimeMs(): number {
  return performance.now() - processorWaitMs()
}

let hasSchedulerStatistics = true

function processorWaitMs(): number {
  if (!hasSchedulerStatistics) return 0
  try {
    // The file contains the nanoseconds on a processor, the nanoseconds of waiting for a processor, and
    // the number of time slices.
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6
  } catch {
    hasSchedulerStatistics = false
    return 0
  }
}

/** Fails if `run` blocks the event loop for longer than `maxMs` in every attempt. */
export async function expectSteadyLoop(
  run: () => Promise<unknown>,
  { maxMs = 50, attempts = 3 }: SteadyLoopOptions = {},
): Promise<void> {
  const measured: number[] = []
  while (measured.length < attempts) {
    const ms = await maxBlockMs(run)
    if (ms <= maxMs) return
    measured.push(Math.round(ms))
  }
  expect.fail(
    `The event loop was blocked for ${measured.join(', ')} ms; the maximum is ${maxMs} ms.`,
  )
}
