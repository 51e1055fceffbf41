import type { PoolClient } from 'pg'

import type { BeginOptions } from '../engine-transaction.ts'
import { pgExplain } from '../pg-dialect/pg-explain.ts'
import type { RemoteConnection } from '../remote/remote-driver.ts'
import type { PgTypes } from '../pg-dialect/pg-types.ts'
import type { Row } from '../sql-value.ts'
import { loadTypes } from './load-types.ts'
import { createPortal, describeParams } from './postgres-portal.ts'

export interface PostgresConnectionOptions {
  /** The types of the database, which all connections share. */
  readonly types: PgTypes
  /** Statements that set up the session. */
  readonly setup: string
  /** Cancels the running statement through another connection. */
  readonly cancel: () => Promise<void>
}

/** Creates a connection from a pooled client whose session is set up. */
export function createPostgresConnection(
  client: PoolClient,
  { types, setup, cancel }: PostgresConnectionOptions,
): RemoteConnection {
  const portal = createPortal(client, types)
  let hasSavepoint = false

  /** Runs `work`, and rolls back to the savepoint of the statement if `work` fails. */
  async function inSavepoint<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work()
    } catch (error) {
      portal.discard()
      await client.query('ROLLBACK TO SAVEPOINT mcp_statement').catch(() => {})
      throw error
    }
  }

  const readArrays = (row: Row, oids: readonly number[], arrays: ReadonlySet<number>): Row =>
    row.map((value, index) => {
      const oid = oids[index] ?? 0
      return arrays.has(oid) && typeof value === 'string' ? types.read(oid, value) : value
    })

  return {
    async begin(options) {
      hasSavepoint = false
      await client.query(beginStatements(options))
    },
    async end(command) {
      // Makes the server stop sending rows. Has no effect if the statement has already ended.
      if (command === 'ROLLBACK' && !portal.idle) await cancel().catch(() => {})
      portal.discard()
      const { command: reported } = await client.query(command)
      return reported
    },
    async startStatement() {
      await client.query(
        `${hasSavepoint ? 'RELEASE SAVEPOINT mcp_statement; ' : ''}SAVEPOINT mcp_statement`,
      )
      hasSavepoint = true
    },
    run: (sql, params, maxRows) =>
      inSavepoint(async () => {
        const batch = await portal.open(sql, params, maxRows)
        const oids = portal.fields.map(({ dataTypeID }) => dataTypeID)
        // While the server is still sending rows, it does not respond to a query for types.
        const arrays = portal.idle ? await loadTypes(client, types, oids) : new Set<number>()
        return {
          ...batch,
          // These rows were received before the types of their arrays were known.
          rows:
            arrays.size === 0 ? batch.rows : batch.rows.map((row) => readArrays(row, oids, arrays)),
          columns: portal.fields.map(({ name, dataTypeID }) => ({
            name,
            type: types.nameOf(dataTypeID),
          })),
        }
      }),
    read: (maxRows) => inSavepoint(() => portal.read(maxRows)),
    closeRows: () => portal.close(),
    prepare: (sql) =>
      inSavepoint(async () => {
        await describeParams(client, sql)
      }),
    explainSql: pgExplain,
    readPlan: (value) => value,
    // A failed statement is rolled back to its savepoint, and `onLost` reports a closed connection.
    endsTransaction: () => false,
    onLost(listener) {
      client.once('end', listener)
      return () => client.off('end', listener)
    },
    cancel,
    async reset() {
      await client.query('DISCARD ALL')
      await client.query(setup)
    },
    release: () => client.release(),
    destroy() {
      client.release(true)
      // A server that is still sending rows does not read the message of `release` that ends the session.
      client.connection.stream.destroy()
    },
  }
}

/** Maximum time that a statement waits for a lock, in milliseconds. */
const maxLockMs = 10_000

function beginStatements(options: BeginOptions): string {
  const { access, isolation, statementTimeoutMs, idleTimeoutMs } = options
  const level = isolation === undefined ? '' : ` ISOLATION LEVEL ${isolation.replace('-', ' ')}`
  return `BEGIN${level} ${access === 'read-only' ? 'READ ONLY' : 'READ WRITE'};
    SET LOCAL statement_timeout = ${Math.ceil(statementTimeoutMs)};
    SET LOCAL lock_timeout = ${Math.ceil(Math.min(statementTimeoutMs, maxLockMs))};
    SET LOCAL idle_in_transaction_session_timeout = ${Math.ceil(idleTimeoutMs)}`
}
