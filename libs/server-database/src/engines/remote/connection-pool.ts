import { abortable } from '@mcp/concurrency'
import type { McpError } from '@mcp/protocol'

import { sqlError } from '../sql-error.ts'
import type { RemoteConnection, RemoteDriver } from './remote-driver.ts'

/**
 * Treatment of a released connection. `reuse` returns it to the pool unchanged. `reset` first discards the
 * state that statements can leave in its session, such as temporary tables. `close` closes it, because its
 * state is unknown.
 */
export type ReleaseMode = 'reuse' | 'reset' | 'close'

/** The connections to one database. The first `acquire` opens the first connection. */
export interface ConnectionPool {
  acquire(signal: AbortSignal): Promise<RemoteConnection>
  /** Idempotent. Never rejects. */
  release(connection: RemoteConnection, mode: ReleaseMode): Promise<void>
  /** Cancels the running statements and closes all connections, including acquired ones. */
  close(): Promise<void>
}

export function createConnectionPool(driver: RemoteDriver): ConnectionPool {
  const acquired = new Set<RemoteConnection>()
  let closed = false

  async function connect(): Promise<RemoteConnection> {
    if (closed) throw databaseClosing()
    const connection = await driver.connect().catch((error: unknown) => {
      throw closed ? databaseClosing() : driver.toError(error)
    })
    acquired.add(connection)
    return connection
  }

  const pool: ConnectionPool = {
    async acquire(signal) {
      const connecting = connect()
      try {
        return await abortable(connecting, signal)
      } catch (error) {
        // The caller has stopped waiting, so the connection is released when it is open.
        connecting.then((late) => pool.release(late, 'reuse')).catch(() => {})
        throw error
      }
    },
    async release(connection, mode) {
      if (!acquired.delete(connection)) return
      try {
        if (mode === 'reset') await connection.reset()
        if (mode === 'close') connection.destroy()
        else connection.release()
      } catch {
        connection.destroy()
      }
    },
    async close() {
      if (closed) return
      closed = true
      const open = [...acquired]
      await Promise.allSettled(open.map((connection) => connection.cancel()))
      await Promise.all(open.map((connection) => pool.release(connection, 'close')))
      await driver.close()
    },
  }
  return pool
}

function databaseClosing(): McpError {
  return sqlError({ kind: 'connection-lost', message: 'The database is being closed.' })
}
