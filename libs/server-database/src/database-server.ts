import { systemClock } from '@mcp/protocol'
import { database as contract } from '@mcp/contracts/database'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { createSessionState, defineServer, notFound } from '@mcp/server'

import { catalogueHandlers } from './catalogue/catalogue-handlers.ts'
import { checkConfigs } from './engines/config-keys.ts'
import type { Database } from './transactions/database.ts'
import { createDatabase } from './transactions/database.ts'
import type { DatabaseConfig } from './engines/database-config.ts'
import type { DatabaseService } from './database-service.ts'
import { openEngine } from './engines/open-engine.ts'
import { createDatabaseSession, releaseSession } from './transactions/session.ts'
import { statementHandlers } from './statements/statement-handlers.ts'
import { transactionHandlers } from './transactions/transaction-handlers.ts'

export interface DatabaseServerOptions extends ServerOptions {
  /**
   * What is offered, the default one first. Default: one PGlite database `main`, mode `data`, which is
   * gone when the server closes.
   */
  readonly databases?: readonly DatabaseConfig[] | undefined
  /** Where a fresh PGlite database is kept, from which the next is made sooner. Default: nowhere. */
  readonly cacheFolder?: string | undefined
  /** The most transactions that a session can have open. Default: 5. */
  readonly transactionsPerSession?: number | undefined
  /** The most queries of a session that can have rows waiting; the oldest gives way. Default: 5. */
  readonly cursorsPerSession?: number | undefined
  /** How long rows wait to be fetched, in milliseconds. Default: one minute. */
  readonly cursorIdleMs?: number | undefined
  /** How long to wait where all transactions of a database are open, in milliseconds. Default: 5000. */
  readonly busyWaitMs?: number | undefined
}

/**
 * The database server: SQL databases, read-only unless told otherwise.
 *
 * @example
 * databaseServer({ databases: [{ name: 'shop', engine: 'sqlite', file: 'shop.db' }] })
 */
export function databaseServer(options: DatabaseServerOptions = {}): LocalServer {
  const {
    databases: configs = [{ name: 'main', engine: 'pglite', mode: 'data' }],
    cacheFolder,
    transactionsPerSession = 5,
    cursorsPerSession = 5,
    cursorIdleMs = 60_000,
    busyWaitMs: waitMs = 5000,
    ...serverOptions
  } = options
  const { clock = systemClock, sessionStates = [] } = serverOptions
  checkConfigs(configs)

  const instance = crypto.randomUUID().slice(0, 8)
  const sessions = createSessionState({
    create: () => createDatabaseSession(instance),
    release: releaseSession,
  })
  const open = (config: DatabaseConfig) => openEngine(config, { cacheFolder })
  const databases = configs.map((config) => createDatabase(config, { open, clock, waitMs }))
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
      ...catalogueHandlers(service),
    },
    {
      ...serverOptions,
      selfPaging: ['query', 'fetchPage', 'execute', 'transaction', 'sampleRows'],
      sessionStates: [...sessionStates, sessions],
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
