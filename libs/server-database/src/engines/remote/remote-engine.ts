import type { Engine } from '../engine.ts'
import { createConnectionPool } from './connection-pool.ts'
import type { RemoteDriver } from './remote-driver.ts'
import { createRemoteTransaction } from './remote-transaction.ts'

const pingLimits = { statementTimeoutMs: 5000, idleTimeoutMs: 5000 }

/** Creates the engine of a database server. It connects when the first transaction begins. */
export function createRemoteEngine(driver: RemoteDriver, maxConnections: number): Engine {
  const pool = createConnectionPool(driver)
  const { name, dialect, sqlGuard, catalog } = driver

  return {
    name,
    dialect,
    maxTransactions: maxConnections,
    sqlGuard,
    catalog,
    async begin(options) {
      const { access, signal } = options
      signal.throwIfAborted()
      const connection = await pool.acquire(signal)
      try {
        signal.throwIfAborted()
        await connection.begin(options)
      } catch (error) {
        await pool.release(connection, 'close')
        signal.throwIfAborted()
        throw driver.toError(error)
      }
      return createRemoteTransaction({
        connection,
        toError: (thrown, sql) => driver.toError(thrown, sql),
        release: (mode) => pool.release(connection, mode),
        modeAfterEnd: access === 'read-only' ? 'reuse' : 'reset',
      })
    },
    async ping(signal) {
      const connection = await pool.acquire(signal)
      try {
        await connection.begin({ access: 'read-only', signal, ...pingLimits })
        await connection.end('ROLLBACK')
      } catch (error) {
        await pool.release(connection, 'close')
        throw driver.toError(error)
      }
      await pool.release(connection, 'reuse')
    },
    close: () => pool.close(),
  }
}
