import { Client, Pool } from 'pg'
import type { PoolClient } from 'pg'

import { createPostgresGuard } from '../../guard/postgres/postgres-guard.ts'
import type { Engine } from '../engine.ts'
import { pgCatalog } from '../pg-dialect/pg-catalog.ts'
import { pgMessageFormat } from '../pg-dialect/pg-message-format.ts'
import { createPgTypes } from '../pg-dialect/pg-types.ts'
import { guardStream } from '../remote/guard-stream.ts'
import type { RemoteConnection } from '../remote/remote-driver.ts'
import { createRemoteEngine } from '../remote/remote-engine.ts'
import { createUserCheck } from '../remote/user-check.ts'
import { createPostgresConnection } from './postgres-connection.ts'
import type { PostgresConfig } from './postgres-definition.ts'
import { postgresError } from './postgres-error.ts'
import { findPrivilege, mayWrite } from './user-rights.ts'

export type PostgresEngineOptions = Omit<PostgresConfig, 'engine'>

// The SQL guard reads strings correctly only with the settings of the first line. The settings of the second
// line determine the formats in which values are parsed.
const formats = `SET standard_conforming_strings = on; SET backslash_quote = safe_encoding;
  SET datestyle = 'ISO, YMD'; SET bytea_output = 'hex'; SET extra_float_digits = 1`

const connectTimeoutMs = 10_000

/** Creates the engine of a PostgreSQL server. */
export function createPostgresEngine(
  options: PostgresEngineOptions,
  warn?: (message: string) => void,
): Engine {
  const { name, url, mode = 'read-only', maxConnections = 10, allowSuperuser = false } = options
  const checkUser = createUserCheck({ name, mode, allowSuperuser }, warn)
  const connections = new WeakMap<PoolClient, RemoteConnection>()
  const types = createPgTypes()
  // If a statement passes the guard and begins its own transaction, that transaction is read-only by default.
  const setup =
    mode === 'read-only' ? `${formats}; SET default_transaction_read_only = on` : formats

  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: 'mcp-database',
  })
  // The pool itself removes an idle connection that breaks. Without a listener, the error ends the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => {
    client.on('error', () => {})
    guardStream(client.connection.stream, pgMessageFormat)
  })

  async function cancel(pid: number): Promise<void> {
    const other = new Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs })
    other.on('error', () => {})
    try {
      await other.connect()
      await other.query('SELECT pg_catalog.pg_cancel_backend($1)', [pid])
    } finally {
      await other.end()
    }
  }

  async function setUp(client: PoolClient): Promise<RemoteConnection> {
    await client.query(setup)
    const changesData = mode === 'read-only' && (await mayWrite(client))
    const excess = changesData ? 'rights to change data' : undefined
    checkUser({ privilege: await findPrivilege(client), excess })
    const { rows } = await client.query<{ pid: number }>(
      'SELECT pg_catalog.pg_backend_pid() AS pid',
    )
    const pid = rows[0]?.pid ?? 0
    return createPostgresConnection(client, { types, setup, cancel: () => cancel(pid) })
  }

  return createRemoteEngine(
    {
      name: 'postgres',
      dialect: 'postgresql',
      sqlGuard: createPostgresGuard(),
      catalog: pgCatalog,
      toError: (thrown) => postgresError(thrown),
      async connect() {
        const client = await pool.connect()
        try {
          const connection = connections.get(client) ?? (await setUp(client))
          connections.set(client, connection)
          return connection
        } catch (error) {
          client.release(true)
          throw error
        }
      },
      close: () => pool.end(),
    },
    maxConnections,
  )
}
