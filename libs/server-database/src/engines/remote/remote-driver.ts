import type { McpError } from '@mcp/protocol'

import type {
  BeginOptions,
  ExplainOptions,
  RowBatch,
  StatementStart,
} from '../engine-transaction.ts'
import type { EngineCatalog } from '../engine.ts'
import type { JsonValue, SqlParam } from '../sql-value.ts'
import type { SqlGuard } from '../../guard/sql-guard.ts'

/** The part of the engine of a database server that differs between database systems. */
export interface RemoteDriver {
  readonly name: string
  readonly dialect: string
  readonly sqlGuard: SqlGuard
  readonly catalog: EngineCatalog
  /** Returns a connection with a session that is set up. The connection is pooled or new. */
  connect(): Promise<RemoteConnection>
  /** Closes the pool. Called after all connections are released. */
  close(): Promise<void>
  /** Converts an error of the client library. `sql` is the statement that failed, if any. */
  toError(thrown: unknown, sql?: string): McpError
}

/** One connection to the server. It runs one transaction at a time. */
export interface RemoteConnection {
  /** Begins a transaction with its limits. */
  begin(options: BeginOptions): Promise<void>
  /** Commits or rolls back. Returns the reported command, which is `ROLLBACK` if the commit was not possible. */
  end(command: 'COMMIT' | 'ROLLBACK'): Promise<string>
  /** Prepares the transaction for the next statement, for example by setting a savepoint. */
  startStatement(): Promise<void>
  /** Runs a statement and reads its first rows. The transaction must remain usable if the statement fails. */
  run(
    sql: string,
    params: readonly SqlParam[],
    maxRows: number,
  ): Promise<Omit<StatementStart, 'cursor'>>
  /** Reads more rows of the last statement. */
  read(maxRows: number): Promise<RowBatch>
  /** Discards the remaining rows of the last statement. */
  closeRows(): Promise<void>
  /** Parses and plans a statement without running it. */
  prepare(sql: string): Promise<void>
  /** Returns the statement that explains `sql`. Only adds a prefix, and does not change `sql` itself. */
  explainSql(sql: string, options: Pick<ExplainOptions, 'analyze'>): string
  /** Converts the first value in the result of the statement of `explainSql` to a plan. */
  readPlan(value: JsonValue): JsonValue
  /** Whether this error means that the server has ended the transaction. */
  endsTransaction(thrown: unknown): boolean
  /**
   * Calls the listener if the server closes the connection. Returns a function that removes the listener.
   * May do nothing if the next statement reports the closed connection.
   */
  onLost(listener: () => void): () => void
  /** Stops the running statement through another connection. The transaction continues. */
  cancel(): Promise<void>
  /** Discards the state of the session: temporary tables, settings, locks, prepared statements. */
  reset(): Promise<void>
  /** Returns the connection to the pool. */
  release(): void
  /** Closes the connection. */
  destroy(): void
}
