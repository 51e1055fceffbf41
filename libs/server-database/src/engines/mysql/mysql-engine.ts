import type { PoolConnection } from 'mysql2'
import { createConnection, createPool } from 'mysql2'

import { createMysqlGuard } from '../../guard/token-guard.ts'
import type { Engine } from '../engine.ts'
import type { RemoteConnection } from '../remote/remote-driver.ts'
import { createRemoteEngine } from '../remote/remote-engine.ts'
import { checkGrants } from './grants-check.ts'
import { mysqlCatalog } from './mysql-catalog.ts'
import { createMysqlConnection, queryText } from './mysql-connection.ts'
import type { MysqlConfig } from './mysql-definition.ts'
import { mysqlError } from './mysql-error.ts'

export type MysqlEngineOptions = Omit<MysqlConfig, 'engine'>

// In these, a quote or a backslash has another meaning than the guard assumes.
const misleadingModes = new Set(
  'ANSI ANSI_QUOTES NO_BACKSLASH_ESCAPES DB2 MAXDB MSSQL ORACLE POSTGRESQL IGNORE_SPACE'.split(' '),
)

const connectTimeoutMs = 10_000

/** Creates the engine of a MySQL or MariaDB server. */
export function createMysqlEngine(options: MysqlEngineOptions): Engine {
  const { name, url, mode = 'read-only', maxConnections = 10, allowSuperuser = false } = options
  const connections = new WeakMap<PoolConnection, RemoteConnection>()

  const settings = {
    uri: url,
    connectTimeout: connectTimeoutMs,
    multipleStatements: false,
    // If enabled, a server may request any file of this machine.
    flags: ['-LOCAL_FILES'],
    charset: 'utf8mb4',
    supportBigNumbers: true,
    dateStrings: true,
    jsonStrings: true,
    // The compiled row readers fail at a column named `__proto__`, and never respond.
    disableEval: true,
    maxPreparedStatements: 50,
  }

  const pool = createPool({ ...settings, connectionLimit: maxConnections, enableKeepAlive: true })
  // A connection that breaks leaves the pool by itself.
  pool.on('connection', (connection) => connection.on('error', () => {}))

  async function cancel(threadId: number): Promise<void> {
    const other = createConnection(settings)
    other.on('error', () => {})
    try {
      await queryText(other, `KILL QUERY ${threadId}`)
    } finally {
      other.destroy()
    }
  }

  async function setUp(connection: PoolConnection): Promise<RemoteConnection> {
    const [[version = '', modes = ''] = []] = await queryText(
      connection,
      'SELECT VERSION(), @@SESSION.sql_mode',
    )
    const safeModes = modes.split(',').filter((each) => !misleadingModes.has(each))
    await queryText(
      connection,
      `SET SESSION sql_mode = '${safeModes.join(',')}', time_zone = '+00:00', autocommit = 0`,
    )
    if (mode === 'read-only' && !allowSuperuser) {
      await checkGrants((sql) => queryText(connection, sql), name)
    }
    return createMysqlConnection(connection, {
      flavour: /mariadb/i.test(version) ? 'mariadb' : 'mysql',
      cancel: () => cancel(connection.threadId),
      onReset: () => connections.delete(connection),
    })
  }

  return createRemoteEngine(
    {
      name: 'mysql',
      dialect: 'mysql',
      sqlGuard: createMysqlGuard(),
      catalog: mysqlCatalog,
      toError: mysqlError,
      async connect() {
        const pooled = await new Promise<PoolConnection>((resolve, reject) => {
          pool.getConnection((error, found) => (error ? reject(error) : resolve(found)))
        })
        try {
          const connection = connections.get(pooled) ?? (await setUp(pooled))
          connections.set(pooled, connection)
          return connection
        } catch (error) {
          pooled.destroy()
          throw error
        }
      },
      close: () =>
        new Promise((resolve) => {
          pool.end(() => resolve())
        }),
    },
    maxConnections,
  )
}
