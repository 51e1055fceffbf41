import type { DatabaseMode } from '../engines/database-mode.ts'
import type { Access, EngineTransaction } from '../engines/engine-transaction.ts'

/**
 * Effect of a statement. A `read` statement only reads, `data` changes rows, and `schema` changes tables,
 * views, indexes and the like. `admin` is any other effect, such as on roles, settings, extensions or files.
 */
export type StatementKind = 'read' | 'data' | 'schema' | 'admin'

/** A statement that may be run. */
export interface CheckedStatement {
  readonly kind: StatementKind
  /** Whether the database commits implicitly when it runs the statement, as MySQL does at `CREATE TABLE`. */
  readonly commitsImplicitly: boolean
  /**
   * Makes the checks that need the connected server, for example whether a called function is volatile.
   * Called within the transaction, before the statement runs. Absent if there is nothing to check.
   *
   * @throws McpError `forbidden`, reason `statement-not-allowed`.
   */
  verify?(transaction: EngineTransaction, signal: AbortSignal): Promise<void>
}

export interface CheckOptions {
  readonly mode: DatabaseMode
  /** `read-only` in every mode for `query`, `sampleRows`, and `explain` with `analyze`. */
  readonly access: Access
}

/**
 * Parses statements as the database would, in its dialect, and refuses those that are not allowed. This is
 * the first layer of read-only access. Parsing must not block the event loop, not even for a long statement.
 */
export interface SqlGuard {
  /**
   * Checks that `sql` is one statement that the mode and the access allow. No mode allows `BEGIN`, `COMMIT`,
   * `SET` of session settings and other statements with effects beyond the transaction.
   *
   * @throws McpError `invalid-params`, reason `sql-syntax`, if `sql` is not a valid statement.
   * @throws McpError `forbidden`, reason `multiple-statements`, if there is more than one statement.
   * @throws McpError `forbidden`, reason `statement-not-allowed`, if the statement is not allowed. The
   *   message names the forbidden part.
   */
  check(sql: string, options: CheckOptions): Promise<CheckedStatement>
}
