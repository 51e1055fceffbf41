export interface BackoffOptions {
  /** Upper bound of the delay after the first failure, in milliseconds. */
  readonly baseMs: number
  /** Upper bound of every delay, in milliseconds. */
  readonly maxMs: number
  /** Returns a number from 0 to 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined
}

/**
 * Returns the delay before the next attempt, in milliseconds. `failures` counts the earlier
 * consecutive failures: 0 after the first. The bound doubles with each failure. The delay is random
 * between half the bound and the bound, so that clients that lost a server at the same moment do not
 * return at the same moment.
 */
export function backoffMs(failures: number, options: BackoffOptions): number {
  const { baseMs, maxMs, random = Math.random } = options
  const bound = Math.min(maxMs, baseMs * 2 ** failures)
  return Math.round((bound * (1 + random())) / 2)
}
