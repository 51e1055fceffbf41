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

/**
 * How a connection is given back: as it is; after everything was thrown away that a statement may have
 * left in its session, such as temporary tables; or to be closed, where its state is not known.
 */
export type Release = 'reuse' | 'reset' | 'close'

/** The connections to one database. None is opened before it is asked for. */
export interface PostgresConnections {
  take(): Promise<PostgresConnection>
  /** Gives it back, once. */
  release(connection: PostgresConnection, how: Release): Promise<void>
  /** Stops what a connection is doing, by another one. */
  cancel(connection: PostgresConnection): Promise<void>
  /** Stops and closes all of them, those that are taken as well. */
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
  const taken = new Set<PostgresConnection>()
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

  async function cancel({ pid }: PostgresConnection): Promise<void> {
    const other = new Client({ connectionString: url, connectionTimeoutMillis: connectMs })
    other.on('error', () => {})
    try {
      await other.connect()
      await other.query('SELECT pg_catalog.pg_cancel_backend($1)', [pid])
    } finally {
      await other.end()
    }
  }

  async function connect(): Promise<PostgresConnection> {
    const client = await pool.connect().catch((error: unknown) => {
      throw closed ? closing() : postgresError(error)
    })
    try {
      return known.get(client) ?? (await prepare(client))
    } catch (error) {
      client.release(true)
      throw postgresError(error)
    }
  }

  async function release(connection: PostgresConnection, how: Release): Promise<void> {
    if (!taken.delete(connection)) return
    const { client } = connection
    try {
      if (how === 'reset') {
        await client.query('DISCARD ALL')
        await client.query(setup)
      }
      client.release(how === 'close')
    } catch {
      client.release(true)
    }
  }

  return {
    release,
    cancel,
    async take() {
      if (closed) throw closing()
      const connection = await connect()
      taken.add(connection)
      return connection
    },
    async close() {
      if (closed) return
      closed = true
      const open = [...taken]
      await Promise.allSettled(open.map(cancel))
      await Promise.all(open.map((connection) => release(connection, 'close')))
      await pool.end()
    },
  }
}

function closing(): McpError {
  return new McpError('unavailable', 'The database is being closed.', {
    details: { reason: 'connection-lost' },
  })
}
