import { abortable } from '@mcp/concurrency'
import type { McpError } from '@mcp/protocol'

import type { EngineCursor, EngineTransaction } from '../engine-transaction.ts'
import { cursorClosed } from '../../statements/open-cursor.ts'
import { sqlError } from '../sql-error.ts'
import type { ReleaseMode } from './connection-pool.ts'
import type { RemoteConnection } from './remote-driver.ts'
import { stoppable } from './stoppable.ts'

export interface RemoteTransactionOptions {
  /** A connection that has begun a transaction. */
  readonly connection: RemoteConnection
  readonly toError: (thrown: unknown, sql?: string) => McpError
  /** Releases the connection. Called at the end of the transaction. */
  readonly release: (mode: ReleaseMode) => Promise<void>
  /** Treatment of the connection after a successful commit or rollback. */
  readonly modeAfterEnd: ReleaseMode
}

/** Creates a transaction that cancels its statements at the server when their signals abort. */
// This function is one state machine. Its inner functions share the state of the transaction and its cursor.
// oxlint-disable-next-line max-lines-per-function
export function createRemoteTransaction(options: RemoteTransactionOptions): EngineTransaction {
  const { connection, toError, release, modeAfterEnd } = options
  let over = false
  let openCursor: EngineCursor | undefined

  // A server closes a connection that was idle for too long, and all connections when it stops.
  const removeListener = connection.onLost(() => {
    over = true
    void release('close')
  })

  function check(): void {
    if (over) throw sqlError({ kind: 'transaction-over', message: 'The transaction is over.' })
  }

  /** Ends the transaction and releases the connection. Also releases it if the end fails. */
  async function end(command: 'COMMIT' | 'ROLLBACK', signal?: AbortSignal): Promise<string> {
    over = true
    removeListener()
    try {
      const ending = connection.end(command)
      const reported = await (signal === undefined ? ending : abortable(ending, signal))
      await release(modeAfterEnd)
      return reported
    } catch (error) {
      await release('close')
      signal?.throwIfAborted()
      throw toError(error)
    }
  }

  // Errors are ignored, because the server also rolls back when the connection closes.
  const rollBack = async (): Promise<void> => {
    await end('ROLLBACK').catch(() => {})
  }

  async function call<Value>(
    sql: string,
    signal: AbortSignal,
    work: () => Promise<Value>,
  ): Promise<Value> {
    check()
    try {
      return await stoppable(work, {
        signal,
        stop() {
          over = true
          return connection.cancel()
        },
        onStopped: rollBack,
        onStuck: () => release('close'),
      })
    } catch (error) {
      if (!over && connection.endsTransaction(error)) await rollBack()
      signal.throwIfAborted()
      throw toError(error, sql)
    }
  }

  async function closeCursor(): Promise<void> {
    if (openCursor === undefined) return
    openCursor = undefined
    await connection.closeRows()
  }

  async function startStatement(): Promise<void> {
    await closeCursor()
    await connection.startStatement()
    // The signal may have aborted in the meantime. The statement must not be sent then.
    check()
  }

  function run(...[sql, params, { maxRows, signal }]: Parameters<EngineTransaction['run']>) {
    return call(sql, signal, async () => {
      await startStatement()
      const start = await connection.run(sql, params, maxRows)
      if (!start.more) return start
      openCursor = createCursor()
      return { ...start, cursor: openCursor }
    })
  }

  function createCursor(): EngineCursor {
    const cursor: EngineCursor = {
      async read({ maxRows, signal }) {
        check()
        if (openCursor !== cursor) throw cursorClosed()
        return call('', signal, async () => {
          try {
            const batch = await connection.read(maxRows)
            if (!batch.more) openCursor = undefined
            return batch
          } catch (error) {
            openCursor = undefined
            throw error
          }
        })
      },
      async close() {
        if (!over && openCursor === cursor) await closeCursor()
      },
    }
    return cursor
  }

  return {
    run,
    prepare: (sql, { signal }) =>
      call(sql, signal, async () => {
        await startStatement()
        await connection.prepare(sql)
      }),
    async explain(sql, params, { analyze, signal }) {
      const explaining = connection.explainSql(sql, { analyze })
      const { rows } = await run(explaining, params, { maxRows: 1, signal })
      return connection.readPlan(rows[0]?.[0] ?? null)
    },
    async commit({ signal }) {
      check()
      // COMMIT rolls back a failed transaction. Only the reported command shows that.
      if ((await end('COMMIT', signal)) !== 'COMMIT') {
        throw sqlError({
          kind: 'serialization-failure',
          message: 'The transaction had failed and was rolled back.',
          sqlState: '40000',
        })
      }
    },
    async rollback() {
      if (!over) await rollBack()
    },
  }
}
