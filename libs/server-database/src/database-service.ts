import type { Clock } from '@mcp/protocol'
import type { SessionState } from '@mcp/server'

import type { Database } from './transactions/database.ts'
import type { DatabaseSession } from './transactions/database-session.ts'

/** Dependencies of all handlers of the database server. */
export interface DatabaseService {
  readonly databases: readonly Database[]
  /**
   * Returns the database with that name, or the first database if `name` is undefined.
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

/** Limits from the options of the server. */
export interface DatabaseLimits {
  /** Maximum number of open transactions per session. */
  readonly transactionsPerSession: number
  /** Maximum number of open cursors per session. */
  readonly cursorsPerSession: number
  /** Maximum idle time of a cursor, in milliseconds. */
  readonly cursorIdleMs: number
}
