import { createLazy } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'

import { commitError } from './commit-error.ts'
import type { ConfiguredDatabase } from '../engines/check-configs.ts'
import type { CommonConfig, OpenEngineOptions } from '../engines/engine-definition.ts'
import type { DatabaseContext } from '../handlers.ts'
import type { DatabaseMode } from '../engines/database-mode.ts'
import type { Access, EngineTransaction, Isolation } from '../engines/engine-transaction.ts'
import type { Engine } from '../engines/engine.ts'
import { traceTransaction } from './trace-transaction.ts'
import type { TransactionPermit, TransactionPermits } from './transaction-permits.ts'
import { createTransactionPermits } from './transaction-permits.ts'
import type { DatabaseLog } from './database-availability.ts'
import { createDatabaseAvailability } from './database-availability.ts'

export interface DatabaseOptions {
  readonly engineOptions: OpenEngineOptions
  readonly clock: Clock
  readonly log: DatabaseLog
  /** Maximum time to wait if all transactions of the engine are in use, in milliseconds. */
  readonly waitMs: number
}

/** A served database. Its engine is opened by the first call that needs it. */
export interface Database {
  readonly name: string
  readonly config: CommonConfig
  /** SQL dialect of the database. */
  readonly dialect: string
  readonly mode: DatabaseMode
  /**
   * Returns the started engine. The start does not count towards the timeout of a statement. A slow start is
   * reported as progress.
   */
  engine(onProgress: DatabaseContext['progress']): Promise<Engine>
  /** Begins a transaction as soon as the engine has a free one. */
  begin(options: LeaseOptions): Promise<Lease>
  /** Returns the reason why the database is unavailable, or undefined if it is available. */
  unavailability(): Promise<string | undefined>
  close(): Promise<void>
}

export interface LeaseOptions {
  /** Key of the caller. Each caller has a share of the transactions. */
  readonly callerKey: string
  readonly access: Access
  readonly isolation?: Isolation | undefined
  /** Timeout of each statement, in milliseconds. */
  readonly timeoutMs: number
  /** Maximum idle time of the transaction, in milliseconds. */
  readonly idleMs: number
  readonly signal: AbortSignal
}

/** An open transaction with its permit. */
export interface Lease {
  readonly engine: Engine
  readonly transaction: EngineTransaction
  commit(signal: AbortSignal): Promise<void>
  /** Rolls back. Idempotent. Never rejects. */
  rollback(): Promise<void>
  readonly allowReclaim: TransactionPermit['allowReclaim']
}

/** Timeout of an attempt to connect to the database, in milliseconds. */
const probeTimeoutMs = 10_000

/** Time after which a starting engine is reported as progress, in milliseconds. */
const slowStartMs = 500
/** Time between two reports. A client that waits for progress gives up after a minute without any. */
const startReportMs = 5000

export function createDatabase(
  { config, definition }: ConfiguredDatabase,
  options: DatabaseOptions,
): Database {
  const { engineOptions, clock, log, waitMs } = options
  const { isRemote = false } = definition
  const availability = createDatabaseAvailability({ name: config.name, clock, log, probe })

  async function openOnce(): Promise<{ engine: Engine; permits: TransactionPermits }> {
    const warn = (message: string): void => log.warn(message)
    const engine = await definition.open(config, { ...engineOptions, warn })
    const permits = createTransactionPermits({ limit: engine.maxTransactions, clock, waitMs })
    return { engine, permits }
  }

  const { get: opened, settled } = createLazy(openOnce)

  async function probe(): Promise<void> {
    const { engine, permits } = await opened()
    // If all transactions are in use, no attempt is needed: their statements report a lost connection.
    const release = permits.tryAcquire('')
    if (release === undefined) return
    try {
      await engine.ping?.(AbortSignal.timeout(probeTimeoutMs))
    } finally {
      release()
    }
  }

  return {
    name: config.name,
    config,
    dialect: definition.dialect,
    mode: config.mode ?? 'read-only',
    async engine(onProgress) {
      const message = `Starting the database "${config.name}". The first start takes longer than later ones.`
      const stop = reportStart((progress) => onProgress({ progress, message }), clock)
      try {
        const { engine } = await opened()
        await engine.start?.()
        return engine
      } finally {
        stop()
      }
    },
    async begin({ callerKey, access, isolation, timeoutMs, idleMs, signal }) {
      const { engine, permits } = await opened()
      const permit = await permits.acquire(callerKey, signal)
      let transaction: EngineTransaction
      try {
        const limits = { statementTimeoutMs: timeoutMs, idleTimeoutMs: idleMs }
        const begin = () => engine.begin({ access, isolation, signal, ...limits })
        const begun = await (isRemote ? availability.connect(begin) : begin())
        transaction = traceTransaction(begun, { name: config.name, dialect: definition.dialect })
      } catch (error) {
        permit.release()
        throw error
      }
      const lease: Lease = {
        engine,
        transaction,
        async commit(committing) {
          permit.allowReclaim(undefined)
          try {
            // Nothing was sent yet, so the transaction was certainly not committed.
            if (committing.aborted) {
              await transaction.rollback().catch(() => {})
              throw committing.reason
            }
            await transaction.commit({ signal: committing }).catch((error: unknown) => {
              throw commitError(error)
            })
          } finally {
            permit.release()
          }
        },
        async rollback() {
          permit.allowReclaim(undefined)
          // If this fails, the engine closes the connection, and the database then rolls back.
          await transaction.rollback().catch(() => {})
          permit.release()
        },
        allowReclaim: (close, delayMs) => permit.allowReclaim(close, delayMs),
      }
      return lease
    },
    unavailability: async () => (isRemote ? availability.check() : undefined),
    async close() {
      availability.stop()
      const { engine } = (await settled()) ?? {}
      await engine?.close()
    },
  }
}

/** Reports the seconds of a slow start again and again, until the returned function is called. */
function reportStart(report: (seconds: number) => void, clock: Clock): () => void {
  let seconds = 0
  let stop = clock.after(slowStartMs, () => {
    report(seconds)
    stop = clock.every(startReportMs, () => report((seconds += startReportMs / 1000)))
  })
  return () => stop()
}
