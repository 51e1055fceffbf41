import type { Clock } from '@mcp/protocol'

import { commitError } from './commit-error.ts'
import type { ConfiguredDatabase } from '../engines/check-configs.ts'
import type { CommonConfig, OpenEngineOptions } from '../engines/engine-definition.ts'
import type { DatabaseContext } from '../database-service.ts'
import type {
  Access,
  DatabaseMode,
  Engine,
  EngineTransaction,
  Isolation,
} from '../engines/engine.ts'
import type { Slots } from './slots.ts'
import { createSlots } from './slots.ts'

export interface DatabaseOptions {
  readonly engineOptions: OpenEngineOptions
  readonly clock: Clock
  /** How long to wait where all of the engine's transactions are open, in milliseconds. */
  readonly waitMs: number
}

/** One of the databases that the server offers. Its engine starts with the first transaction. */
export interface Database {
  readonly name: string
  readonly config: CommonConfig
  /** SQL dialect of its statements. */
  readonly dialect: string
  readonly mode: DatabaseMode
  /**
   * The engine, started: however long that takes, it is not taken from a statement's time. Where it takes
   * long, the caller is told.
   */
  engine(tell: DatabaseContext['progress']): Promise<Engine>
  /** Begins a transaction as soon as the engine has room for one. */
  begin(options: LeaseOptions): Promise<Lease>
  close(): Promise<void>
}

export interface LeaseOptions {
  readonly access: Access
  readonly isolation?: Isolation | undefined
  /** The longest a statement of it may run, in milliseconds. */
  readonly timeoutMs: number
  /** The longest it may lie idle, in milliseconds. */
  readonly idleMs: number
  readonly signal: AbortSignal
}

/** An open transaction, and its place among those the engine can have. */
export interface Lease {
  readonly engine: Engine
  readonly transaction: EngineTransaction
  commit(signal: AbortSignal): Promise<void>
  /** Ends it without a trace. May be repeated; never fails. */
  rollback(): Promise<void>
  /** Says what to call where others need its place; nothing while it must not be taken. */
  yieldBy(giveUp: (() => void) | undefined): void
}

/** When a start takes so long that whoever waits should know, in milliseconds. */
const slowStartMs = 500

export function createDatabase(
  { config, definition }: ConfiguredDatabase,
  options: DatabaseOptions,
): Database {
  const { engineOptions, clock, waitMs } = options
  /** How to get the places back that could be given up, the one idle longest first. */
  const yielding = new Map<Lease, () => void>()
  let opening: Promise<{ engine: Engine; slots: Slots }> | undefined

  async function openOnce(): Promise<{ engine: Engine; slots: Slots }> {
    const engine = await definition.open(config, engineOptions)
    const slots = createSlots({ size: engine.maxTransactions, clock, waitMs, reclaim })
    return { engine, slots }
  }

  function opened(): Promise<{ engine: Engine; slots: Slots }> {
    opening ??= openOnce().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }

  function reclaim(): void {
    const [oldest] = yielding
    if (oldest === undefined) return
    const [lease, giveUp] = oldest
    yielding.delete(lease)
    giveUp()
  }

  return {
    name: config.name,
    config,
    dialect: definition.dialect,
    mode: config.mode ?? 'read-only',
    async engine(tell) {
      const message = `The database "${config.name}" is being started; the first time takes longest.`
      const stop = clock.after(slowStartMs, () => tell({ progress: 0, message }))
      try {
        const { engine } = await opened()
        await engine.start?.()
        return engine
      } finally {
        stop()
      }
    },
    async begin({ access, isolation, timeoutMs, idleMs, signal }) {
      const { engine, slots } = await opened()
      const giveBack = await slots.take(signal)
      let transaction: EngineTransaction
      try {
        transaction = await engine.begin({
          access,
          isolation,
          signal,
          statementTimeoutMs: timeoutMs,
          idleTimeoutMs: idleMs,
        })
      } catch (error) {
        giveBack()
        throw error
      }
      const lease: Lease = {
        engine,
        transaction,
        async commit(committing) {
          yielding.delete(lease)
          try {
            // Nothing was sent yet: that it was not committed is certain.
            if (committing.aborted) {
              await transaction.rollback().catch(() => {})
              throw committing.reason
            }
            await transaction.commit({ signal: committing }).catch((error: unknown) => {
              throw commitError(error)
            })
          } finally {
            giveBack()
          }
        },
        async rollback() {
          yielding.delete(lease)
          // What could not be rolled back in good order is rolled back by the loss of its connection.
          await transaction.rollback().catch(() => {})
          giveBack()
        },
        yieldBy(giveUp) {
          yielding.delete(lease)
          if (giveUp !== undefined) yielding.set(lease, giveUp)
        },
      }
      return lease
    },
    async close() {
      const { engine } = (await opening?.catch(() => undefined)) ?? {}
      await engine?.close()
    },
  }
}
