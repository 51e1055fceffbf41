import { McpError } from '@mcp/protocol'
import type { Connection, PoolConnection } from 'mysql2'
import { createConnection, createPool } from 'mysql2'

import type { DatabaseMode } from '../engine.ts'
import { checkGrants } from './grants-check.ts'
import { mysqlError } from './mysql-error.ts'

export interface MysqlConnectionsOptions {
  /** What callers call the database; for messages. */
  readonly name: string
  readonly url: string
  readonly mode: DatabaseMode
  readonly maxConnections: number
  readonly allowSuperuser: boolean
}

export type Flavour = 'mysql' | 'mariadb'

/** A connection that is ready for a transaction of ours. */
export interface MysqlConnection {
  readonly connection: PoolConnection
  readonly flavour: Flavour
}

/**
 * How a connection is given back: as it is; after everything was thrown away that a statement may have
 * left in its session, such as temporary tables; or to be closed, where its state is not known.
 */
export type Release = 'reuse' | 'reset' | 'close'

/** The connections to one database. None is opened before it is asked for. */
export interface MysqlConnections {
  take(): Promise<MysqlConnection>
  /** Gives it back, once. */
  release(connection: MysqlConnection, how: Release): Promise<void>
  /** Stops the statement that a connection runs, by another one. Its transaction goes on. */
  stop(connection: MysqlConnection): Promise<void>
  /** Stops and closes all of them, those that are taken as well. */
  close(): Promise<void>
}

// In these, a quote or a backslash means something else than the guard reads.
const misleadingModes = new Set(
  'ANSI ANSI_QUOTES NO_BACKSLASH_ESCAPES DB2 MAXDB MSSQL ORACLE POSTGRESQL IGNORE_SPACE'.split(' '),
)

const connectMs = 10_000

export function createMysqlConnections(options: MysqlConnectionsOptions): MysqlConnections {
  const { url, maxConnections } = options
  const known = new WeakMap<PoolConnection, MysqlConnection>()
  const taken = new Set<MysqlConnection>()
  let closed = false

  const settings = {
    uri: url,
    connectTimeout: connectMs,
    multipleStatements: false,
    // A server may ask for any file of this machine where this is on.
    flags: ['-LOCAL_FILES'],
    charset: 'utf8mb4',
    supportBigNumbers: true,
    dateStrings: true,
    jsonStrings: true,
    // The readers that are compiled for each result fail at a column called `__proto__`, and answer nothing.
    disableEval: true,
    maxPreparedStatements: 50,
  }

  const pool = createPool({ ...settings, connectionLimit: maxConnections, enableKeepAlive: true })
  // A connection that breaks leaves the pool by itself.
  pool.on('connection', (connection) => connection.on('error', () => {}))

  async function prepare(connection: PoolConnection): Promise<MysqlConnection> {
    const [[version = '', modes = ''] = []] = await ask(
      connection,
      'SELECT VERSION(), @@SESSION.sql_mode',
    )
    const kept = modes.split(',').filter((mode) => !misleadingModes.has(mode))
    await ask(
      connection,
      `SET SESSION sql_mode = '${kept.join(',')}', time_zone = '+00:00', autocommit = 0`,
    )
    if (options.mode === 'read-only' && !options.allowSuperuser) {
      await checkGrants((sql) => ask(connection, sql), options.name)
    }
    const flavour = /mariadb/i.test(version) ? 'mariadb' : 'mysql'
    const ready: MysqlConnection = { connection, flavour }
    known.set(connection, ready)
    return ready
  }

  async function stop({ connection }: MysqlConnection): Promise<void> {
    const other = createConnection(settings)
    other.on('error', () => {})
    try {
      await ask(other, `KILL QUERY ${connection.threadId}`)
    } finally {
      other.destroy()
    }
  }

  async function connect(): Promise<MysqlConnection> {
    const connection = await new Promise<PoolConnection>((resolve, reject) => {
      pool.getConnection((error, found) => (error ? reject(error) : resolve(found)))
    }).catch((error: unknown) => {
      throw closed ? closing() : mysqlError(error)
    })
    try {
      return known.get(connection) ?? (await prepare(connection))
    } catch (error) {
      connection.destroy()
      throw mysqlError(error)
    }
  }

  async function release(held: MysqlConnection, how: Release): Promise<void> {
    if (!taken.delete(held)) return
    const { connection } = held
    try {
      if (how === 'reset') {
        await reset(connection)
        known.delete(connection)
      }
      if (how === 'close') connection.destroy()
      else connection.release()
    } catch {
      connection.destroy()
    }
  }

  return {
    release,
    stop,
    async take() {
      if (closed) throw closing()
      const held = await connect()
      taken.add(held)
      return held
    },
    async close() {
      if (closed) return
      closed = true
      const open = [...taken]
      await Promise.allSettled(open.map(stop))
      await Promise.all(open.map((held) => release(held, 'close')))
      await new Promise<void>((resolve) => {
        pool.end(() => resolve())
      })
    },
  }
}

/** Throws away what the session holds: temporary tables, settings, locks, prepared statements. */
function reset(connection: PoolConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.reset((error) => (error ? reject(error) : resolve()))
  })
}

/** The rows of a statement of ours, as text. */
export function ask(connection: Connection, sql: string): Promise<readonly (readonly string[])[]> {
  return new Promise((resolve, reject) => {
    connection.query({ sql, rowsAsArray: true }, (error, rows: unknown) => {
      if (error) reject(error)
      else resolve(Array.isArray(rows) ? rows.map((row: unknown[]) => row.map(String)) : [])
    })
  })
}

function closing(): McpError {
  return new McpError('unavailable', 'The database is being closed.', {
    details: { reason: 'connection-lost' },
  })
}
