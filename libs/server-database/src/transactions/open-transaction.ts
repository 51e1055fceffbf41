import { createSemaphore } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import { isOutcomeUnknown } from './commit-error.ts'
import type { Database, Lease } from './database.ts'
import type { Access } from '../engines/engine-transaction.ts'
import type { OpenCursor } from '../statements/open-cursor.ts'

export interface OpenTransactionOptions {
  readonly database: Database
  readonly lease: Lease
  readonly access: Access
  readonly timeoutMs: number
  readonly clock: Clock
  /** Called once when the transaction has ended. */
  readonly onEnd: (how: TransactionEnd) => void
}

export type TransactionEnd = 'committed' | 'rolled-back' | 'expired' | 'failed' | 'unknown'

/** A transaction of a session that spans several requests. */
export interface OpenTransaction {
  readonly database: Database
  readonly access: Access
  /** Expiry, in milliseconds since the epoch. */
  readonly expiresAt: number
  /** Whether a statement of the transaction changed tables, views or other schema objects. */
  changesSchema: boolean
  /**
   * Runs `work` after earlier calls of `use` have finished. `ended` aborts if the transaction ends while
   * `work` runs.
   */
  use<Result>(work: (lease: Lease, ended: AbortSignal) => Promise<Result>): Promise<Result>
  /** Sets the cursor of the last statement and closes the previous cursor. */
  setCursor(cursor: OpenCursor | undefined): void
  commit(signal: AbortSignal): Promise<void>
  rollback(): Promise<void>
  /** Rolls back as if the transaction had expired. */
  expire(): Promise<void>
}

export function createOpenTransaction(options: OpenTransactionOptions): OpenTransaction {
  const { database, lease, access, timeoutMs, clock, onEnd } = options
  const queue = createSemaphore({ limit: 1 })
  const ended = new AbortController()
  let cursor: OpenCursor | undefined
  const stopTimer = clock.after(timeoutMs, () => void finish('expired'))

  function setCursor(next: OpenCursor | undefined): void {
    // Not awaited, because a request that fetches a page of the cursor may be waiting for this transaction.
    void cursor?.close()
    cursor = next
  }

  function markEnded(how: TransactionEnd): void {
    stopTimer()
    setCursor(undefined)
    ended.abort(transactionOver(how))
    onEnd(how)
  }

  /** Stops the running call, rejects waiting calls, and then rolls back. */
  async function finish(how: TransactionEnd): Promise<void> {
    if (ended.signal.aborted) return
    markEnded(how)
    await queue.run(() => lease.rollback())
  }

  return {
    database,
    access,
    expiresAt: clock.now() + timeoutMs,
    changesSchema: false,
    use: (work) =>
      queue.run(async () => {
        ended.signal.throwIfAborted()
        try {
          return await work(lease, ended.signal)
        } catch (error) {
          // An engine ends the transaction if a statement had to be stopped.
          if (endsTransaction(error)) void finish('failed')
          throw error
        }
      }),
    setCursor,
    commit: (signal) =>
      queue.run(async () => {
        ended.signal.throwIfAborted()
        stopTimer()
        try {
          await lease.commit(signal)
          markEnded('committed')
        } catch (error) {
          markEnded(isOutcomeUnknown(error) ? 'unknown' : 'failed')
          throw error
        }
      }),
    rollback: () => finish('rolled-back'),
    expire: () => finish('expired'),
  }
}

const endings: Record<TransactionEnd, string> = {
  committed: 'was committed',
  'rolled-back': 'was rolled back',
  expired: 'expired and was rolled back',
  unknown: 'lost its connection during the commit; it is unknown whether it was committed',
  failed: 'was rolled back, since one of its statements was stopped or the connection was lost',
}

/** Returns the error of a transaction that has ended. */
export function transactionOver(how: TransactionEnd): McpError {
  return new McpError('conflict', `The transaction ${endings[how]}. Begin another one.`, {
    details: { reason: how === 'expired' ? 'transaction-expired' : 'transaction-ended', how },
  })
}

function endsTransaction(error: unknown): boolean {
  if (!McpError.is(error)) return true
  if (error.code === 'timeout' || error.code === 'cancelled') return true
  return ['transaction-over', 'connection-lost'].includes(String(error.details?.['reason']))
}
