import type { Column, JsonValue, Row, SqlParam } from './sql-value.ts'

/** Access of a transaction. */
export type Access = 'read-only' | 'read-write'

/** Isolation level of a transaction. */
export type Isolation = 'read-committed' | 'repeatable-read' | 'serializable'

export interface CallOptions {
  /**
   * Aborted at the timeout or when the caller cancels. The engine then also stops the statement in the
   * database, rolls back the transaction, releases its connection, and rejects with the reason.
   */
  readonly signal: AbortSignal
}

export interface BeginOptions extends CallOptions {
  /** `read-only` is enforced by the engine itself: `BEGIN READ ONLY`, `PRAGMA query_only`. */
  readonly access: Access
  /** Default: that of the engine. SQLite is always serializable. */
  readonly isolation?: Isolation | undefined
  /**
   * Maximum duration of each statement, in milliseconds: a second line of defense in the database
   * (`statement_timeout`), besides the signal.
   */
  readonly statementTimeoutMs: number
  /** Maximum idle time of the transaction, likewise (`idle_in_transaction_session_timeout`). */
  readonly idleTimeoutMs: number
}

/**
 * An open transaction. The server waits for each call before it makes the next one. After the end of
 * the transaction, calls reject with `conflict`, reason `transaction-over`; only `rollback` resolves.
 */
export interface EngineTransaction {
  /**
   * Runs one statement, by the extended protocol if the engine has one, and reads at most `maxRows` rows;
   * fewer if they are large. The cursor reads the others. A statement that fails leaves the transaction as it was before the
   * statement. Running another statement closes an open cursor.
   */
  run(sql: string, params: readonly SqlParam[], options: RunOptions): Promise<StatementStart>
  /** Parses and plans the statement in the database without running it. Rejects if it is invalid. */
  prepare(sql: string, options: CallOptions): Promise<void>
  /** Returns the plan of the statement; with `analyze`, it is run and measured. */
  explain(sql: string, params: readonly SqlParam[], options: ExplainOptions): Promise<JsonValue>
  /** Commits. Rejects if nothing was committed. The transaction ends in both cases. */
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
  /** Whether there may be more. */
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
  /** Discards the unread rows; the transaction continues. Idempotent. */
  close(): Promise<void>
}
