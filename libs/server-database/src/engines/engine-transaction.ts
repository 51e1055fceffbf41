import type { Column, JsonValue, Row, SqlParam } from './sql-value.ts'

/** Access of a transaction. */
export type Access = 'read-only' | 'read-write'

/** Isolation level of a transaction. */
export type Isolation = 'read-committed' | 'repeatable-read' | 'serializable'

export interface CallOptions {
  /**
   * Aborted at the timeout or when the caller cancels. The engine then stops the statement in the database,
   * rolls back the transaction, releases the connection, and rejects with the reason of the signal.
   */
  readonly signal: AbortSignal
}

export interface BeginOptions extends CallOptions {
  /** The database itself enforces `read-only`, for example with `BEGIN READ ONLY` or `PRAGMA query_only`. */
  readonly access: Access
  /** Default: the isolation level of the engine. SQLite is always serializable. */
  readonly isolation?: Isolation | undefined
  /**
   * Maximum duration of each statement, in milliseconds. Database servers enforce it (`statement_timeout`),
   * in addition to the signal.
   */
  readonly statementTimeoutMs: number
  /**
   * Maximum idle time of the transaction, in milliseconds. Database servers enforce it
   * (`idle_in_transaction_session_timeout`).
   */
  readonly idleTimeoutMs: number
}

/**
 * An open transaction. The server waits for each call before it makes the next one. After the end of the
 * transaction, `rollback` resolves, and other calls reject with `conflict`, reason `transaction-over`.
 */
export interface EngineTransaction {
  /**
   * Runs one statement, by the extended protocol if the database has one. Reads at most `maxRows` rows, or
   * fewer if the rows are large. The cursor reads the remaining rows. A failed statement leaves the
   * transaction as it was before the statement. Running another statement closes an open cursor.
   */
  run(sql: string, params: readonly SqlParam[], options: RunOptions): Promise<StatementStart>
  /** Parses and plans the statement in the database without running it. Rejects if it is invalid. */
  prepare(sql: string, options: CallOptions): Promise<void>
  /** Returns the plan of the statement. With `analyze`, the statement is also run and measured. */
  explain(sql: string, params: readonly SqlParam[], options: ExplainOptions): Promise<JsonValue>
  /** Commits. Rejects if the database does not confirm the commit. The transaction ends in both cases. */
  commit(options: CallOptions): Promise<void>
  /** Rolls back. Idempotent. */
  rollback(): Promise<void>
}

export interface RunOptions extends CallOptions {
  /** Maximum number of rows to read now, 1 or more. */
  readonly maxRows: number
}

export interface ExplainOptions extends CallOptions {
  /** Whether to run the statement and measure it. */
  readonly analyze: boolean
}

/** Some rows of a statement. */
export interface RowBatch {
  readonly rows: readonly Row[]
  /** Whether there may be more rows. */
  readonly more: boolean
  /** Number of changed rows. Set after the last row, for statements that change rows. */
  readonly affectedRows?: number | undefined
}

/** The first rows of a statement. */
export interface StatementStart extends RowBatch {
  /** Empty for a statement that returns no rows. */
  readonly columns: readonly Column[]
  /** Set if `more` is true. */
  readonly cursor?: EngineCursor | undefined
}

/** The unread rows of a statement. The engine holds at most one batch of them in memory. */
export interface EngineCursor {
  read(options: RunOptions): Promise<RowBatch>
  /** Discards the unread rows. The transaction continues. Idempotent. */
  close(): Promise<void>
}
