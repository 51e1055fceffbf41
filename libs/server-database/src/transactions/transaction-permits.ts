import { createSemaphore } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

export interface TransactionPermitsOptions {
  /** Maximum number of transactions. */
  readonly limit: number
  readonly clock: Clock
  /** Maximum time to wait for a permit, in milliseconds. */
  readonly waitMs: number
}

/** The permits for the transactions of a database. Each caller has a share of the permits. */
export interface TransactionPermits {
  /** @throws McpError `unavailable`, reason `database-busy`, after `waitMs`. */
  acquire(callerKey: string, signal: AbortSignal): Promise<TransactionPermit>
  /** Takes a permit if one is free. Returns the function that releases it. */
  tryAcquire(callerKey: string): (() => void) | undefined
}

export interface TransactionPermit {
  /** Idempotent. */
  release(): void
  /**
   * Sets the function that closes the transaction if another call needs its permit. With `undefined`, the
   * transaction must not be closed. With `delayMs`, it may be closed only for other callers, and only after
   * that delay. Without `delayMs`, it may be closed at once, also for its own caller.
   */
  allowReclaim(close: (() => void) | undefined, delayMs?: number): void
}

/** A transaction that is closed if another call needs its permit. */
interface Reclaimable {
  readonly close: () => void
  /** Time from which the transaction may be closed for other callers, in milliseconds since the epoch. */
  readonly from: number
  /** Whether no request uses the transaction, which only holds the unread rows of a query. */
  readonly isIdle: boolean
}

export function createTransactionPermits(options: TransactionPermitsOptions): TransactionPermits {
  const { limit, clock, waitMs } = options
  const semaphore = createSemaphore({ limit, reservesPermits: true })
  const keys = new Map<TransactionPermit, string>()
  /** Ordered by the last call of `allowReclaim`. */
  const reclaimable = new Map<TransactionPermit, Reclaimable>()

  /** Closes a transaction whose permit this caller can use, if one may be closed. */
  function reclaim(callerKey: string): void {
    let held = 0
    for (const key of keys.values()) if (key === callerKey) held += 1
    for (const [permit, { close, from, isIdle }] of reclaimable) {
      const isOwn = keys.get(permit) === callerKey
      if (isOwn ? !isIdle : from > clock.now()) continue
      // If this caller holds more permits than are free, the semaphore reserves the free ones for others.
      const isUseful = (isOwn ? held - 1 : held) <= limit - semaphore.active
      if (!isUseful) continue
      reclaimable.delete(permit)
      close()
      return
    }
  }

  async function wait(callerKey: string, signal: AbortSignal): Promise<() => void> {
    const timeout = new AbortController()
    const { queued } = semaphore
    const acquiring = semaphore.acquire(AbortSignal.any([signal, timeout.signal]), callerKey)
    if (semaphore.queued === queued) return acquiring
    const stopTimer = clock.after(waitMs, () =>
      timeout.abort(databaseBusy({ active: semaphore.active, limit, waitMs })),
    )
    reclaim(callerKey)
    return acquiring.finally(stopTimer)
  }

  return {
    async acquire(callerKey, signal) {
      const release = await wait(callerKey, signal)
      const permit: TransactionPermit = {
        release() {
          reclaimable.delete(permit)
          keys.delete(permit)
          release()
        },
        allowReclaim(close, delayMs) {
          reclaimable.delete(permit)
          if (close === undefined) return
          const from = clock.now() + (delayMs ?? 0)
          reclaimable.set(permit, { close, from, isIdle: delayMs === undefined })
        },
      }
      keys.set(permit, callerKey)
      return permit
    },
    tryAcquire: (callerKey) =>
      semaphore.tryAcquire(callerKey) ? () => semaphore.release(callerKey) : undefined,
  }
}

/**
 * Minimum of `retryAfterMs`. It is longer than the delays after which a dispatcher repeats a request, because
 * each further attempt would wait for `waitMs`.
 */
const minRetryAfterMs = 5000

function databaseBusy(state: { active: number; limit: number; waitMs: number }): McpError {
  return new McpError('unavailable', busyMessage(state), {
    details: { reason: 'database-busy', retryAfterMs: Math.max(minRetryAfterMs, state.waitMs) },
  })
}

function busyMessage({ active, limit }: { active: number; limit: number }): string {
  if (limit === 1) {
    return 'The only transaction of this database is in use. Commit it or roll it back, or retry later.'
  }
  return active < limit
    ? 'All transactions that one caller may have at the same time are in use. Commit or roll back one, or retry later.'
    : `All ${limit} transactions are in use. Commit or roll back one, or retry later.`
}
