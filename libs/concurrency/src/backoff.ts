export interface BackoffOptions {
  /** Upper bound of the delay after the first failure, in milliseconds. */
  readonly baseMs: number
  /** Upper bound of every delay, in milliseconds. */
  readonly maxMs: number
  /** Returns a number from 0 to 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined
}

/**
 * Returns the delay before the next attempt, in milliseconds. `failures` is the number of
 * earlier consecutive failures, which is 0 after the first failure. The upper bound of the delay doubles with
 * each failure. The delay is random, from half the bound to the bound. Otherwise all clients that lost
 * a server at the same moment would reconnect at the same moment.
 */
export function backoffMs(failures: number, options: BackoffOptions): number {
  const { baseMs, maxMs, random = Math.random } = options
  const bound = Math.min(maxMs, baseMs * 2 ** failures)
  return Math.round((bound * (1 + random())) / 2)
}
