import type { Clock } from '@mcp/protocol'
import type { database as contract } from '@mcp/contracts/database'
import type { Handlers, SessionState } from '@mcp/server'

import type { Database } from './transactions/database.ts'
import type { DatabaseSession } from './transactions/session.ts'

/** Dependencies of all handlers of the database server. */
export interface DatabaseService {
  readonly databases: readonly Database[]
  /**
   * The database of that name; without one, the first.
   *
   * @throws McpError `not-found`.
   */
  find(name: string | undefined): Database
  readonly sessions: SessionState<DatabaseSession>
  readonly limits: DatabaseLimits
  readonly clock: Clock
  /** Notifies all sessions that tables changed. */
  schemaChanged(database: Database): void
  /** Notifies a session that its transaction has expired. */
  transactionExpired(database: Database, transactionId: string, sessionId: string): void
}

export interface DatabaseLimits {
  readonly transactionsPerSession: number
  readonly cursorsPerSession: number
  readonly cursorIdleMs: number
}

export type DatabaseHandlers = Handlers<typeof contract>

/** Context of a handler. */
export type DatabaseContext = Parameters<DatabaseHandlers['query']>[1]
