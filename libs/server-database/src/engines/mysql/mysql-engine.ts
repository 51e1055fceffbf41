import type { BeginOptions, DatabaseMode, Engine } from '../engine.ts'
import { createMysqlGuard } from '../../guard/token-guard.ts'
import { orAborted } from '../stoppable.ts'
import { mysqlCatalog } from './mysql-catalog.ts'
import type { Flavour } from './mysql-connections.ts'
import { ask, createMysqlConnections } from './mysql-connections.ts'
import { mysqlError } from './mysql-error.ts'
import { createMysqlTransaction } from './mysql-transaction.ts'

export interface MysqlEngineOptions {
  /** What callers call the database; for messages. */
  readonly name: string
  /** `mysql://user:password@host:3306/database`. */
  readonly url: string
  readonly mode: DatabaseMode
  /** The most connections at once, each with one transaction. Default: 10. */
  readonly maxConnections?: number | undefined
  /** Whether its user may have administrative rights in mode `read-only`. Default: false. */
  readonly allowSuperuser?: boolean | undefined
}

/** A MySQL or MariaDB server. It is not connected before the first transaction. */
export function createMysqlEngine(options: MysqlEngineOptions): Engine {
  const { name, url, mode, maxConnections = 10, allowSuperuser = false } = options
  const connections = createMysqlConnections({ name, url, mode, maxConnections, allowSuperuser })

  return {
    name: 'mysql',
    dialect: 'mysql',
    maxTransactions: maxConnections,
    guard: createMysqlGuard(),
    catalog: mysqlCatalog,
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
        for (const statement of beginStatements(begin, connection.flavour)) {
          await ask(connection.connection, statement)
        }
      } catch (error) {
        await connections.release(connection, 'close')
        begin.signal.throwIfAborted()
        throw mysqlError(error)
      }
      return createMysqlTransaction({ connections, connection, access: begin.access })
    },
    close: () => connections.close(),
  }
}

/** The longest a statement waits for what another transaction holds, in seconds. */
const maxLockSeconds = 10

function beginStatements(begin: BeginOptions, flavour: Flavour): readonly string[] {
  const { access, isolation = 'repeatable-read', statementTimeoutMs, idleTimeoutMs } = begin
  const reads = access === 'read-only' ? 'READ ONLY' : 'READ WRITE'
  const lockSeconds = Math.min(Math.ceil(statementTimeoutMs / 1000), maxLockSeconds)
  const idleSeconds = Math.ceil(idleTimeoutMs / 1000)
  // A statement runs for as long as its rows are read, pauses between two pages included.
  const statementMs = Math.ceil(statementTimeoutMs + idleTimeoutMs)
  const limits =
    flavour === 'mariadb'
      ? `max_statement_time = ${statementMs / 1000}, idle_transaction_timeout = ${idleSeconds}`
      : `max_execution_time = ${statementMs}, wait_timeout = ${idleSeconds}`
  return [
    `SET SESSION ${limits}, innodb_lock_wait_timeout = ${lockSeconds}, lock_wait_timeout = ${lockSeconds}, net_write_timeout = ${Math.max(60, idleSeconds)}`,
    // For whatever transaction the session has next, too, should this one end behind our back.
    `SET SESSION TRANSACTION ISOLATION LEVEL ${isolation.replace('-', ' ')}, ${reads}`,
    `START TRANSACTION ${reads}`,
  ]
}
