import { McpError } from '@mcp/protocol'
import type { PoolClient } from 'pg'
import { Client, Pool } from 'pg'

import type { DatabaseMode } from '../engine.ts'
import { postgresError } from './postgres-error.ts'
import { checkRole } from './role-check.ts'

export interface PostgresConnectionsOptions {
  /** What callers call the database; for messages. */
  readonly name: string
  readonly url: string
  readonly mode: DatabaseMode
  readonly maxConnections: number
  readonly allowSuperuser: boolean
}

/** A connection that is ready for a transaction of ours. */
export interface PostgresConnection {
  readonly client: PoolClient
  /** Its process at the server. */
  readonly pid: number
}

/** The connections to one database. None is opened before it is asked for. */
export interface PostgresConnections {
  take(): Promise<PostgresConnection>
  /**
   * Gives it back: as it is; after everything that a statement may have left in its session was thrown
   * away, such as temporary tables; or to be closed, where its state is not known.
   */
  release(connection: PostgresConnection, how: 'reuse' | 'reset' | 'close'): Promise<void>
  /** Stops what a connection is doing, by another one. */
  cancel(connection: PostgresConnection): Promise<void>
  close(): Promise<void>
}

// The guard reads strings as the standard says; values are read in these formats.
const formats = `SET standard_conforming_strings = on; SET backslash_quote = safe_encoding;
  SET datestyle = 'ISO, YMD'; SET bytea_output = 'hex'; SET extra_float_digits = 1`

const connectMs = 10_000

export function createPostgresConnections(
  options: PostgresConnectionsOptions,
): PostgresConnections {
  const { url, maxConnections } = options
  const known = new WeakMap<PoolClient, PostgresConnection>()
  let closed = false
  // A transaction that a statement could begin behind our back would be read-only, too.
  const setup =
    options.mode === 'read-only' ? `${formats}; SET default_transaction_read_only = on` : formats

  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: 'mcp-database',
  })
  // A connection that breaks while it is idle leaves the pool by itself.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))

  async function prepare(client: PoolClient): Promise<PostgresConnection> {
    await client.query(setup)
    if (options.mode === 'read-only' && !options.allowSuperuser) {
      await checkRole(client, options.name)
    }
    const { rows } = await client.query<{ pid: number }>(
      'SELECT pg_catalog.pg_backend_pid() AS pid',
    )
    const connection = { client, pid: rows[0]?.pid ?? 0 }
    known.set(client, connection)
    return connection
  }

  return {
    async take() {
      if (closed) throw closing()
      const client = await pool.connect().catch((error: unknown) => {
        throw closed ? closing() : postgresError(error)
      })
      const ready = known.get(client)
      if (ready !== undefined) return ready
      try {
        return await prepare(client)
      } catch (error) {
        client.release(true)
        throw postgresError(error)
      }
    },
    async release({ client }, how) {
      if (how !== 'reset') {
        client.release(how === 'close')
        return
      }
      try {
        await client.query('DISCARD ALL')
        await client.query(setup)
        client.release()
      } catch {
        client.release(true)
      }
    },
    async cancel({ pid }) {
      const other = new Client({ connectionString: url, connectionTimeoutMillis: connectMs })
      other.on('error', () => {})
      try {
        await other.connect()
        await other.query('SELECT pg_catalog.pg_cancel_backend($1)', [pid])
      } finally {
        await other.end()
      }
    },
    async close() {
      if (closed) return
      closed = true
      await pool.end()
    },
  }
}

function closing(): McpError {
  return new McpError('unavailable', 'The database is being closed.', {
    details: { reason: 'connection-lost' },
  })
}
