import { database as contract } from '@mcp/contracts/database'
import { systemClock } from '@mcp/protocol'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { createSessionState, defineServer, notFound } from '@mcp/server'

import { catalogHandlers } from './catalog/catalog-handlers.ts'
import type { DatabaseService } from './database-service.ts'
import type { DatabaseConfig } from './engines/builtin-engines.ts'
import { builtinEngines } from './engines/builtin-engines.ts'
import { checkConfigs } from './engines/check-configs.ts'
import type { CommonConfig, EngineDefinition } from './engines/engine-definition.ts'
import { statementHandlers } from './statements/statement-handlers.ts'
import type { Database } from './transactions/database.ts'
import { createDatabase } from './transactions/database.ts'
import type { DatabaseLog } from './transactions/database-availability.ts'
import { databaseHealth } from './transactions/database-health.ts'
import { createDatabaseSession, releaseSession } from './transactions/database-session.ts'
import { transactionHandlers } from './transactions/transaction-handlers.ts'

export interface DatabaseServerOptions<Config extends CommonConfig = never> extends ServerOptions {
  /**
   * Databases to serve. The first one is used if a request names no database. Default: one PGlite database
   * `main` in mode `data`, which is removed when the server closes.
   */
  readonly databases?: readonly (DatabaseConfig | NoInfer<Config>)[] | undefined
  /** Engines in addition to the built-in ones. Default: none. */
  readonly engines?: readonly EngineDefinition<Config>[] | undefined
  /**
   * Folder for an archive of an empty PGlite database. Databases without a `folder` are created faster from
   * the archive. Default: none.
   */
  readonly cacheFolder?: string | undefined
  /**
   * Maximum number of open transactions per session. In each database, a session can also have at most half
   * of the transactions of that database. Default: 5.
   */
  readonly transactionsPerSession?: number | undefined
  /**
   * Maximum number of queries with unread rows per session. A further query closes the oldest one. Default:
   * 5.
   */
  readonly cursorsPerSession?: number | undefined
  /** Time after which unread rows are discarded, in milliseconds. Default: one minute. */
  readonly cursorIdleMs?: number | undefined
  /**
   * Receives one line when a database becomes unavailable or available again, and one line if the database user
   * of a read-only database may do more than read. Default: none.
   */
  readonly log?: DatabaseLog | undefined
  /** Maximum time that a call waits for a free transaction, in milliseconds. Default: 5,000. */
  readonly busyWaitMs?: number | undefined
}

/**
 * Creates the database server: SQL databases, read-only by default.
 *
 * @example
 * databaseServer({ databases: [{ name: 'shop', engine: 'sqlite', file: 'shop.db' }] })
 *
 * @throws McpError `invalid-params` if a configuration is invalid.
 */
export function databaseServer<Config extends CommonConfig = never>(
  options: DatabaseServerOptions<Config> = {},
): LocalServer {
  const {
    databases: configs = [{ name: 'main', engine: 'pglite', mode: 'data' } as const],
    engines = [],
    cacheFolder,
    transactionsPerSession = 5,
    cursorsPerSession = 5,
    cursorIdleMs = 60_000,
    busyWaitMs: waitMs = 5000,
    log = { info() {}, warn() {} },
    ...serverOptions
  } = options
  const { clock = systemClock, sessionStates = [] } = serverOptions
  const configured = checkConfigs<CommonConfig>(configs, [...builtinEngines, ...engines])

  const instance = crypto.randomUUID().slice(0, 8)
  const sessions = createSessionState({
    create: () => createDatabaseSession(instance),
    release: releaseSession,
  })
  const databases = configured.map((each) =>
    createDatabase(each, { engineOptions: { cacheFolder }, clock, log, waitMs }),
  )
  const service: DatabaseService = {
    databases,
    sessions,
    clock,
    limits: { transactionsPerSession, cursorsPerSession, cursorIdleMs },
    find: (name) => findDatabase(databases, name),
    schemaChanged: ({ name }) => server.notify('database-schema-changed', { database: name }),
    transactionExpired({ name }, transactionId, sessionId) {
      const data = { database: name, transactionId }
      server.notify('database-transaction-expired', data, { sessionIds: [sessionId] })
    },
  }

  const server = defineServer(
    contract,
    {
      ...statementHandlers(service),
      ...transactionHandlers(service),
      ...catalogHandlers(service),
    },
    {
      ...serverOptions,
      selfPaging: ['query', 'fetchPage', 'execute', 'transaction', 'sampleRows'],
      sessionStates: [...sessionStates, sessions],
      async health() {
        const own = await serverOptions.health?.()
        return own === undefined || own.state === 'healthy' ? databaseHealth(databases) : own
      },
      async onClose() {
        await Promise.all(databases.map((database) => database.close()))
        await serverOptions.onClose?.()
      },
    },
  )
  return server
}

function findDatabase(databases: readonly Database[], name: string | undefined): Database {
  const found = name === undefined ? databases[0] : databases.find((each) => each.name === name)
  if (found !== undefined) return found
  const names = databases.map((each) => each.name)
  throw notFound('database', name ?? '', names)
}
