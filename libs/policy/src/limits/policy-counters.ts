import type { MaybePromise } from '@mcp/protocol'

/**
 * Counts requests for the limits and budgets of a policy. Processes that share a policy need counters on a
 * shared store, so that a limit holds for all of them together.
 */
export interface PolicyCounters {
  /**
   * Counts requests of the key and returns 0 if all are within the limit. Otherwise returns the time to wait
   * in milliseconds, and counts none of them. A negative count returns requests that were counted and did not
   * run. Default: 1.
   */
  take(
    key: string,
    limit: { readonly requests: number; readonly perMs: number },
    count?: number,
  ): MaybePromise<number>
  /**
   * Adds an amount to the total of a key, and returns the new total. With the amount 0, it only reads. The
   * total may be dropped at `expiresAt`, in milliseconds since the epoch.
   */
  add(key: string, amount: number, expiresAt: number): MaybePromise<number>
}
