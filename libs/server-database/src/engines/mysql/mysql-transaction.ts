import type { Access, EngineCursor, EngineTransaction, JsonValue, SqlParam } from '../engine.ts'
import { parseExactJson } from '../../statements/exact-json.ts'
import { sqlError } from '../sql-error.ts'
import { orAborted, stoppable } from '../stoppable.ts'
import type { MysqlConnection, MysqlConnections } from './mysql-connections.ts'
import { ask } from './mysql-connections.ts'
import { mysqlError, mysqlErrorNumber } from './mysql-error.ts'
import type { MysqlRows } from './mysql-rows.ts'
import { startMysqlRows } from './mysql-rows.ts'

export interface MysqlTransactionOptions {
  readonly connections: MysqlConnections
  readonly connection: MysqlConnection
  readonly access: Access
}

const deadlock = 1213
const notPreparable = 1295

/** A transaction on a connection that has begun it. The connection is given back when it is over. */
export function createMysqlTransaction(options: MysqlTransactionOptions): EngineTransaction {
  const { connections, connection: held, access } = options
  const { connection, flavour } = held
  let over = false
  let open: { readonly rows: MysqlRows; readonly cursor: EngineCursor } | undefined

  function check(): void {
    if (over) throw sqlError({ kind: 'transaction-over', message: 'The transaction is over.' })
  }

  /** Ends it, however that goes, and gives the connection back. */
  async function end(command: 'COMMIT' | 'ROLLBACK', signal?: AbortSignal): Promise<void> {
    over = true
    try {
      await closeCursor()
      const running = ask(connection, command)
      await (signal === undefined ? running : orAborted(running, signal))
    } catch (error) {
      await connections.release(held, 'close')
      signal?.throwIfAborted()
      throw mysqlError(error)
    }
    await connections.release(held, access === 'read-only' ? 'reuse' : 'reset')
  }

  const rollBack = () => end('ROLLBACK').catch(() => {})

  async function call<Value>(
    sql: string,
    signal: AbortSignal,
    work: () => Promise<Value>,
  ): Promise<Value> {
    check()
    try {
      return await stoppable(work, {
        signal,
        stop: () => {
          over = true
          return connections.stop(held)
        },
        onStopped: rollBack,
        onStuck: () => connections.release(held, 'close'),
      })
    } catch (error) {
      // The server has rolled back all of it; or there is no server any more.
      const number = mysqlErrorNumber(error)
      if (!over && (number === undefined || number === deadlock)) await rollBack()
      signal.throwIfAborted()
      throw mysqlError(error, sql)
    }
  }

  /** A statement that is still sending rows holds the connection; it is stopped, its rows thrown away. */
  async function closeCursor(): Promise<void> {
    if (open === undefined) return
    const { rows } = open
    open = undefined
    await connections.stop(held)
    await rows.drain()
    // Where it had ended by itself, the stop would meet whatever comes next.
    await ask(connection, 'DO 0').catch(() => {})
  }

  async function start(sql: string, params: readonly SqlParam[], maxRows: number) {
    const rows = startMysqlRows(connection, sql, { params, as: 'prepared' })
    try {
      return { rows, batch: await rows.read(maxRows) }
    } catch (error) {
      if (mysqlErrorNumber(error) !== notPreparable || params.length > 0) throw error
      const asText = startMysqlRows(connection, sql, { params, as: 'text' })
      return { rows: asText, batch: await asText.read(maxRows) }
    }
  }

  function run(...[sql, params, { maxRows, signal }]: Parameters<EngineTransaction['run']>) {
    return call(sql, signal, async () => {
      await closeCursor()
      // Not sent where its caller went in the meantime.
      check()
      const { rows, batch } = await start(sql, params, maxRows)
      const { columns } = rows
      if (!batch.more) return { ...batch, columns }
      const cursor = createCursor(rows)
      open = { rows, cursor }
      return { ...batch, columns, cursor }
    })
  }

  function createCursor(rows: MysqlRows): EngineCursor {
    const cursor: EngineCursor = {
      async read({ maxRows, signal }) {
        check()
        if (open?.cursor !== cursor) {
          throw sqlError({ kind: 'transaction-over', message: 'The cursor is closed.' })
        }
        return call('', signal, async () => {
          const batch = await rows.read(maxRows)
          if (!batch.more) open = undefined
          return batch
        })
      },
      async close() {
        if (!over && open?.cursor === cursor) await closeCursor()
      },
    }
    return cursor
  }

  async function explain(
    sql: string,
    params: readonly SqlParam[],
    { analyze, signal }: { readonly analyze: boolean; readonly signal: AbortSignal },
  ): Promise<JsonValue> {
    const { rows } = await run(`${explainWords(analyze)} ${sql}`, params, { maxRows: 1, signal })
    const plan = rows[0]?.[0] ?? null
    return typeof plan === 'string' && plan.startsWith('{') ? parseExactJson(plan) : plan
  }

  function explainWords(analyze: boolean): string {
    if (!analyze) return 'EXPLAIN FORMAT=JSON'
    return flavour === 'mariadb' ? 'ANALYZE FORMAT=JSON' : 'EXPLAIN ANALYZE'
  }

  return {
    run,
    explain,
    prepare: (sql, { signal }) =>
      call(sql, signal, async () => {
        await closeCursor()
        await new Promise<void>((resolve, reject) => {
          connection.prepare(sql, (error, statement) => {
            if (error) return reject(error)
            statement.close()
            resolve()
          })
        }).catch((error: unknown) => {
          if (mysqlErrorNumber(error) !== notPreparable) throw error
        })
      }),
    async commit({ signal }) {
      check()
      await end('COMMIT', signal)
    },
    async rollback() {
      // Where that fails, the server rolls back when the connection is closed.
      if (!over) await rollBack()
    },
  }
}
