import { McpError } from '@mcp/protocol'
import type { Connection, PoolConnection } from 'mysql2'

import { parseExactJson } from '../../statements/exact-json.ts'
import type { BeginOptions } from '../engine-transaction.ts'
import { paramCountError } from '../sql-error.ts'
import type { SqlParam } from '../sql-value.ts'
import type { RemoteConnection } from '../remote/remote-driver.ts'
import { mysqlErrorNumber } from './mysql-error.ts'
import type { MysqlRows } from './mysql-rows.ts'
import { startMysqlRows } from './mysql-rows.ts'

export type Flavour = 'mysql' | 'mariadb'

export interface MysqlConnectionOptions {
  readonly flavour: Flavour
  /** Stops the running statement through another connection. */
  readonly cancel: () => Promise<void>
  /** Called after a reset of the session, which must then be set up again. */
  readonly onReset: () => void
}

const deadlock = 1213
const notPreparable = 1295

/** Creates a connection from a pooled connection whose session is set up. */
export function createMysqlConnection(
  connection: PoolConnection,
  { flavour, cancel, onReset }: MysqlConnectionOptions,
): RemoteConnection {
  let openRows: MysqlRows | undefined

  /** Discards unread rows. Stops the statement, which would otherwise continue to occupy the connection. */
  async function closeRows(): Promise<void> {
    if (openRows === undefined) return
    const rows = openRows
    openRows = undefined
    await cancel()
    await rows.drain()
    // If the statement had already ended, the cancellation stops `DO 0` instead of the next statement.
    await queryText(connection, 'DO 0').catch(() => {})
  }

  async function start(sql: string, params: readonly SqlParam[], maxRows: number) {
    try {
      const placeholders = await prepareMysql(connection, sql)
      if (placeholders !== params.length) throw paramCountError(params.length, placeholders)
      const rows = startMysqlRows(connection, sql, { params, as: 'prepared' })
      return { rows, batch: await rows.read(maxRows) }
    } catch (error) {
      if (mysqlErrorNumber(error) !== notPreparable || params.length > 0) throw error
      const asText = startMysqlRows(connection, sql, { params, as: 'text' })
      return { rows: asText, batch: await asText.read(maxRows) }
    }
  }

  return {
    async begin(options) {
      for (const statement of beginStatements(options, flavour)) {
        await queryText(connection, statement)
      }
    },
    async end(command) {
      await closeRows()
      await queryText(connection, command)
      return command
    },
    startStatement: closeRows,
    async run(sql, params, maxRows) {
      const { rows, batch } = await start(sql, params, maxRows)
      openRows = batch.more ? rows : undefined
      return { ...batch, columns: rows.columns }
    },
    async read(maxRows) {
      if (openRows === undefined) return { rows: [], more: false }
      const batch = await openRows.read(maxRows)
      if (!batch.more) openRows = undefined
      return batch
    },
    closeRows,
    async prepare(sql) {
      try {
        await prepareMysql(connection, sql)
      } catch (error) {
        if (mysqlErrorNumber(error) !== notPreparable) throw error
      }
    },
    explainSql(sql, { analyze }) {
      if (!analyze) return `EXPLAIN FORMAT=JSON ${sql}`
      return `${flavour === 'mariadb' ? 'ANALYZE FORMAT=JSON' : 'EXPLAIN ANALYZE'} ${sql}`
    },
    readPlan: (plan) =>
      typeof plan === 'string' && plan.startsWith('{') ? parseExactJson(plan) : plan,
    // After a deadlock, the server has rolled back the whole transaction. An error without a number means
    // that the connection was lost.
    endsTransaction(thrown) {
      if (McpError.is(thrown)) return false
      const number = mysqlErrorNumber(thrown)
      return number === undefined || number === deadlock
    },
    // The listener is never called. The next statement reports a lost connection.
    onLost: () => () => {},
    cancel,
    async reset() {
      await new Promise<void>((resolve, reject) => {
        connection.reset((error) => (error ? reject(error) : resolve()))
      })
      onReset()
    },
    release: () => connection.release(),
    destroy: () => connection.destroy(),
  }
}

/** Prepares a statement unless it is prepared. Returns the number of its placeholders. */
function prepareMysql(connection: Connection, sql: string): Promise<number> {
  return new Promise((resolve, reject) => {
    connection.prepare(sql, (error, statement) => {
      const parameters: unknown = error ? [] : Reflect.get(statement, 'parameters')
      if (error) reject(error)
      else resolve(Array.isArray(parameters) ? parameters.length : 0)
    })
  })
}

/** Runs a statement of this package and returns its rows as text. */
export function queryText(
  connection: Connection,
  sql: string,
): Promise<readonly (readonly string[])[]> {
  return new Promise((resolve, reject) => {
    connection.query({ sql, rowsAsArray: true }, (error, rows: unknown) => {
      if (error) reject(error)
      else resolve(Array.isArray(rows) ? rows.map((row: unknown[]) => row.map(String)) : [])
    })
  })
}

/** Maximum time that a statement waits for a lock, in seconds. */
const maxLockSeconds = 10

function beginStatements(options: BeginOptions, flavour: Flavour): readonly string[] {
  const { access, isolation = 'repeatable-read', statementTimeoutMs, idleTimeoutMs } = options
  const accessMode = access === 'read-only' ? 'READ ONLY' : 'READ WRITE'
  const lockSeconds = Math.min(Math.ceil(statementTimeoutMs / 1000), maxLockSeconds)
  const idleSeconds = Math.ceil(idleTimeoutMs / 1000)
  // For the server, a statement runs until its last row is read, including the time between two pages.
  const statementMs = Math.ceil(statementTimeoutMs + idleTimeoutMs)
  const limits =
    flavour === 'mariadb'
      ? `max_statement_time = ${statementMs / 1000}, idle_transaction_timeout = ${idleSeconds}`
      : `max_execution_time = ${statementMs}, wait_timeout = ${idleSeconds}`
  return [
    `SET SESSION ${limits}, innodb_lock_wait_timeout = ${lockSeconds}, lock_wait_timeout = ${lockSeconds}, net_write_timeout = ${Math.max(60, idleSeconds)}`,
    // If a statement ends this transaction unnoticed, these values also apply to the next transaction.
    `SET SESSION TRANSACTION ISOLATION LEVEL ${isolation.replace('-', ' ')}, ${accessMode}`,
    `START TRANSACTION ${accessMode}`,
  ]
}
