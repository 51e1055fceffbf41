import type { Semaphore } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

export interface AcquirePermitOptions {
  /** Number of permits of the semaphore, one per transaction. */
  readonly limit: number
  readonly clock: Clock
  /** Maximum time to wait, in milliseconds. */
  readonly waitMs: number
  readonly signal: AbortSignal
  /** Closes the transaction that was idle longest, if one may be closed. Called if no permit is free. */
  readonly reclaim: () => void
}

/**
 * Acquires the permit of a transaction. Returns the function that releases it, which is idempotent.
 *
 * @throws McpError `unavailable`, reason `database-busy`, after `waitMs`.
 */
export async function acquirePermit(
  semaphore: Semaphore,
  { limit, clock, waitMs, signal, reclaim }: AcquirePermitOptions,
): Promise<() => void> {
  const timeout = new AbortController()
  const mustWait = semaphore.active >= limit
  const acquiring = semaphore.acquire(AbortSignal.any([signal, timeout.signal]))
  if (!mustWait) return acquiring
  const stopTimer = clock.after(waitMs, () => timeout.abort(busy(limit)))
  reclaim()
  return acquiring.finally(stopTimer)
}

function busy(limit: number): McpError {
  const message =
    limit === 1
      ? 'The only transaction of this database is in use. Commit it or roll it back, or retry later.'
      : `All ${limit} transactions are in use. Commit or roll back one, or retry later.`
  return new McpError('unavailable', message, {
    details: { reason: 'database-busy', retryAfterMs: 1000 },
  })
}
