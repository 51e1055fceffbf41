import type { PoolConnection } from 'mysql2'
import { createConnection, createPool } from 'mysql2'

import { createMysqlGuard } from '../../guard/token-guard.ts'
import type { Engine } from '../engine.ts'
import type { RemoteConnection } from '../remote/remote-driver.ts'
import { createRemoteEngine } from '../remote/remote-engine.ts'
import { createUserCheck } from '../remote/user-check.ts'
import { findPrivilege, rightsBeyondReading } from './user-rights.ts'
import { mysqlCatalog } from './mysql-catalog.ts'
import { createMysqlConnection, queryText } from './mysql-connection.ts'
import type { MysqlConfig } from './mysql-definition.ts'
import { guardConnection } from './mysql-socket.ts'
import { mysqlError } from './mysql-error.ts'

export type MysqlEngineOptions = Omit<MysqlConfig, 'engine'>

// SQL modes that the session keeps. In other modes, a quote, a backslash or a name can have a meaning that
// the guard does not expect.
const safeModes = new Set(
  `ALLOW_INVALID_DATES EMPTY_STRING_IS_NULL ERROR_FOR_DIVISION_BY_ZERO HIGH_NOT_PRECEDENCE NO_AUTO_CREATE_USER NO_AUTO_VALUE_ON_ZERO
   NO_ENGINE_SUBSTITUTION NO_UNSIGNED_SUBTRACTION NO_ZERO_DATE NO_ZERO_IN_DATE ONLY_FULL_GROUP_BY
   PAD_CHAR_TO_FULL_LENGTH PIPES_AS_CONCAT REAL_AS_FLOAT SIMULTANEOUS_ASSIGNMENT STRICT_ALL_TABLES STRICT_TRANS_TABLES TIME_TRUNCATE_FRACTIONAL`.split(
    /\s+/,
  ),
)

// Without these settings, the server truncates results and at most warns. It cuts GROUP_CONCAT after
// `group_concat_max_len` bytes, and MariaDB ends a recursion after 1,000 steps.
const completeResults =
  'group_concat_max_len = @@max_allowed_packet, sql_select_limit = 18446744073709551615'
const completeRecursion = { mysql: '', mariadb: ', max_recursive_iterations = 4294967295' }

const connectTimeoutMs = 10_000

/** Creates the engine of a MySQL or MariaDB server. */
export function createMysqlEngine(
  options: MysqlEngineOptions,
  warn?: (message: string) => void,
): Engine {
  const { name, url, mode = 'read-only', maxConnections = 10, allowSuperuser = false } = options
  const checkUser = createUserCheck({ name, mode, allowSuperuser }, warn)
  const connections = new WeakMap<PoolConnection, RemoteConnection>()

  const settings = {
    uri: url,
    connectTimeout: connectTimeoutMs,
    multipleStatements: false,
    // With LOCAL_FILES, a server could request any file of this machine. With FOUND_ROWS, an update that
    // changes nothing would count its rows as changed.
    flags: ['-LOCAL_FILES', '-FOUND_ROWS'],
    charset: 'utf8mb4',
    supportBigNumbers: true,
    dateStrings: true,
    jsonStrings: true,
    // The row parsers that mysql2 compiles fail on a column named `__proto__`, and the query never ends.
    disableEval: true,
    maxPreparedStatements: 50,
  }

  const pool = createPool({ ...settings, connectionLimit: maxConnections, enableKeepAlive: true })
  // mysql2 itself removes a broken connection from the pool.
  pool.on('connection', guardConnection)

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
    const flavour = /mariadb/i.test(version) ? 'mariadb' : 'mysql'
    const sqlMode = modes
      .split(',')
      .filter((each) => safeModes.has(each))
      .join(',')
    // A reset restores the character set of the server, in which a quote can be part of a character.
    await queryText(
      connection,
      `SET NAMES utf8mb4, SESSION sql_mode = '${sqlMode}', time_zone = '+00:00', autocommit = 0, ${completeResults}${completeRecursion[flavour]}`,
    )
    const grants = await queryText(connection, 'SHOW GRANTS')
    checkUser({ privilege: findPrivilege(grants), excess: rightsBeyondReading(grants) })
    return createMysqlConnection(connection, {
      flavour,
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
