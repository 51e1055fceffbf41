import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

/**
 * The system clock, with timers that keep a process alive: while a request waits to be repeated no
 * socket is open, and Node would otherwise exit in the middle of an `await`.
 */
export const waitingClock: Clock = {
  ...systemClock,
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** Waits; rejects with the signal's reason as soon as it is aborted. */
export async function wait(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  let cancel = (): void => {}
  const rings = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve)
  })
  await orAborted(rings, signal).finally(cancel)
}

/**
 * What the work comes to, or the signal's reason where that is first. A `fetch` that is a function
 * of this process need not heed the signal.
 */
export function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason)
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave)
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}

/** The first pause at most, and the longest. */
export interface BackOff {
  readonly baseMs: number
  readonly maxMs: number
}

/**
 * How long to wait after so many failures in a row. The random half keeps clients that lost one
 * server together from coming back together.
 */
export function backOff(failures: number, { baseMs, maxMs }: BackOff): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** failures)
  return Math.round((ceiling * (1 + Math.random())) / 2)
}
