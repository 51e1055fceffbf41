import type { DatabaseMode } from '../engines/database-mode.ts'
import type { Access, EngineTransaction } from '../engines/engine-transaction.ts'

/**
 * Effect of a statement: it reads; changes rows (`data`); changes tables, views, indexes and the like
 * (`schema`); or anything else that only `admin` may do (roles, settings, extensions, files).
 */
export type StatementKind = 'read' | 'data' | 'schema' | 'admin'

/** A statement that may be run. */
export interface CheckedStatement {
  readonly kind: StatementKind
  /** Whether the engine commits by itself when it runs, as MySQL does at `CREATE TABLE`. */
  readonly commitsByItself: boolean
  /**
   * Checks that need the connected server, such as whether a function it calls is volatile. Called
   * within the transaction, before the statement is run; absent if there is nothing to check.
   *
   * @throws McpError `forbidden`, reason `statement-not-allowed`.
   */
  verify?(transaction: EngineTransaction, signal: AbortSignal): Promise<void>
}

export interface CheckOptions {
  readonly mode: DatabaseMode
  /** `read-only` for operations that must change nothing (`query`, `explain`), in every mode. */
  readonly access: Access
}

/**
 * The first layer of read-only access: parses the statement as the database would, in its dialect.
 * Parses long texts off the event loop, or fast enough not to block it.
 */
export interface SqlGuard {
  /**
   * @throws McpError `invalid-params`, reason `sql-syntax`, if it is not a valid statement.
   * @throws McpError `forbidden`, reason `multiple-statements`, if there is more than one.
   * @throws McpError `forbidden`, reason `statement-not-allowed`, if the mode or access forbids it;
   *   the message names the part and the alternative. Always for `BEGIN`, `COMMIT`, `SET` of
   *   session settings and any other statement with effects beyond the transaction.
   */
  check(sql: string, options: CheckOptions): Promise<CheckedStatement>
}
