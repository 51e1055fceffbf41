import type { BeginOptions, DatabaseMode, Engine } from '../engine.ts'
import { createPostgresGuard } from '../../guard/postgres/postgres-guard.ts'
import { pgCatalog } from '../pg-dialect/pg-catalog.ts'
import { orAborted } from '../stoppable.ts'
import { createPostgresConnections } from './postgres-connections.ts'
import { postgresError } from './postgres-error.ts'
import { createPostgresTransaction } from './postgres-transaction.ts'

export interface PostgresEngineOptions {
  /** What callers call the database; for messages. */
  readonly name: string
  /** `postgres://user:password@host:5432/database`. */
  readonly url: string
  readonly mode: DatabaseMode
  /** The most connections at once, each with one transaction. Default: 10. */
  readonly maxConnections?: number | undefined
  /** Whether its user may be a superuser in mode `read-only`. Default: false. */
  readonly allowSuperuser?: boolean | undefined
}

/** A PostgreSQL server. It is not connected before the first transaction. */
export function createPostgresEngine(options: PostgresEngineOptions): Engine {
  const { name, url, mode, maxConnections = 10, allowSuperuser = false } = options
  const connections = createPostgresConnections({ name, url, mode, maxConnections, allowSuperuser })
  const typeNames = new Map<number, string>()

  return {
    name: 'postgres',
    dialect: 'postgresql',
    maxTransactions: maxConnections,
    guard: createPostgresGuard(),
    catalog: pgCatalog,
    async begin(begin) {
      begin.signal.throwIfAborted()
      const taking = connections.take()
      const connection = await orAborted(taking, begin.signal).catch((error: unknown) => {
        // Nobody waits for it any longer when it comes.
        taking.then((late) => connections.release(late, 'reuse')).catch(() => {})
        throw error
      })
      try {
        begin.signal.throwIfAborted()
        await connection.client.query(beginStatements(begin))
      } catch (error) {
        await connections.release(connection, 'close')
        begin.signal.throwIfAborted()
        throw postgresError(error)
      }
      const { access } = begin
      return createPostgresTransaction({ connections, connection, access, typeNames })
    },
    close: () => connections.close(),
  }
}

/** The longest a statement waits for what another transaction holds. */
const maxLockMs = 10_000

function beginStatements({
  access,
  isolation,
  statementTimeoutMs,
  idleTimeoutMs,
}: BeginOptions): string {
  const level = isolation === undefined ? '' : ` ISOLATION LEVEL ${isolation.replace('-', ' ')}`
  return `BEGIN${level} ${access === 'read-only' ? 'READ ONLY' : 'READ WRITE'};
    SET LOCAL statement_timeout = ${Math.ceil(statementTimeoutMs)};
    SET LOCAL lock_timeout = ${Math.ceil(Math.min(statementTimeoutMs, maxLockMs))};
    SET LOCAL idle_in_transaction_session_timeout = ${Math.ceil(idleTimeoutMs)}`
}
