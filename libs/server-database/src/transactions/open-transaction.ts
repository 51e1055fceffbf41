import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import { isOutcomeUnknown } from './commit-error.ts'
import type { Database, Lease } from './database.ts'
import type { Access } from '../engines/engine-transaction.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { OpenCursor } from '../statements/open-cursor.ts'

export interface OpenTransactionOptions {
  readonly database: Database
  readonly lease: Lease
  readonly access: Access
  readonly timeoutMs: number
  readonly clock: Clock
  /** Called once when it is over, in whatever way. */
  readonly onOver: (how: TransactionEnd) => void
}

export type TransactionEnd = 'committed' | 'rolled-back' | 'expired' | 'failed' | 'unknown'

/** A transaction of a session, which lasts from request to request. */
export interface OpenTransaction {
  readonly database: Database
  readonly access: Access
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** Whether it changed tables, views or the like. */
  changesSchema: boolean
  /**
   * Runs `work` after earlier uses have ended. The signal is aborted when the transaction ends
   * meanwhile.
   */
  use<Result>(work: (lease: Lease, over: AbortSignal) => Promise<Result>): Promise<Result>
  /** Remembers the cursor of its last statement; the one before is closed. */
  keepCursor(cursor: OpenCursor | undefined): void
  commit(signal: AbortSignal): Promise<void>
  rollback(): Promise<void>
}

export function createOpenTransaction(options: OpenTransactionOptions): OpenTransaction {
  const { database, lease, access, timeoutMs, clock, onOver } = options
  const inTurn = oneAtATime()
  const over = new AbortController()
  let cursor: OpenCursor | undefined
  const stopTimer = clock.after(timeoutMs, () => void finish('expired'))

  function keepCursor(next: OpenCursor | undefined): void {
    // Not awaited: a request that fetches a page of it may be waiting for this transaction.
    void cursor?.close()
    cursor = next
  }

  function markOver(how: TransactionEnd): void {
    stopTimer()
    keepCursor(undefined)
    over.abort(transactionOver(how))
    onOver(how)
  }

  /** Stops the running call, rejects waiting ones, then rolls back. */
  async function finish(how: TransactionEnd): Promise<void> {
    if (over.signal.aborted) return
    markOver(how)
    await inTurn(() => lease.rollback())
  }

  return {
    database,
    access,
    expiresAt: clock.now() + timeoutMs,
    changesSchema: false,
    use: (work) =>
      inTurn(async () => {
        over.signal.throwIfAborted()
        try {
          return await work(lease, over.signal)
        } catch (error) {
          // An engine ends the transaction of a statement that had to be stopped.
          if (endsTransaction(error)) void finish('failed')
          throw error
        }
      }),
    keepCursor,
    commit: (signal) =>
      inTurn(async () => {
        over.signal.throwIfAborted()
        stopTimer()
        try {
          await lease.commit(signal)
          markOver('committed')
        } catch (error) {
          markOver(isOutcomeUnknown(error) ? 'unknown' : 'failed')
          throw error
        }
      }),
    rollback: () => finish('rolled-back'),
  }
}

const endings: Record<TransactionEnd, string> = {
  committed: 'was committed',
  'rolled-back': 'was rolled back',
  expired: 'expired and was rolled back',
  unknown: 'was being committed when its database was lost; it is unknown whether it was committed',
  failed: 'was rolled back, since a statement of it was stopped or its database was lost',
}

/** Returns the error of a transaction that has ended. */
export function transactionOver(how: TransactionEnd): McpError {
  return new McpError('conflict', `The transaction ${endings[how]}. Begin another one.`, {
    details: { reason: how === 'expired' ? 'transaction-expired' : 'transaction-over', how },
  })
}

function endsTransaction(error: unknown): boolean {
  if (!McpError.is(error)) return true
  if (error.code === 'timeout' || error.code === 'cancelled') return true
  return ['transaction-over', 'connection-lost'].includes(String(error.details?.['reason']))
}
