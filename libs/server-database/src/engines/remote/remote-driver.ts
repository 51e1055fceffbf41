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

/** The engine-specific part of an engine whose database is a server. */
export interface RemoteDriver {
  readonly name: string
  readonly dialect: string
  readonly sqlGuard: SqlGuard
  readonly catalog: EngineCatalog
  /** Returns a connection that is ready for a transaction: a pooled one, or a new one with its session set up. */
  connect(): Promise<RemoteConnection>
  /** Closes the pool, after all connections were released. */
  close(): Promise<void>
  /** Converts an error of the client library. `sql` is the statement that failed, if any. */
  toError(thrown: unknown, sql?: string): McpError
}

/** One connection to the server. It runs one transaction at a time. */
export interface RemoteConnection {
  /** Begins a transaction with its limits. */
  begin(options: BeginOptions): Promise<void>
  /** Commits or rolls back. Returns the command that the server reports, which differs if it could not commit. */
  end(command: 'COMMIT' | 'ROLLBACK'): Promise<string>
  /** Prepares the transaction for the next statement: closes open rows, sets a savepoint. */
  startStatement(): Promise<void>
  /** Runs a statement and reads its first rows. A failure must leave the transaction usable. */
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
  /** Returns the statement that explains another. It is a prefix: nothing is cut out of the other. */
  explainSql(sql: string, options: Pick<ExplainOptions, 'analyze'>): string
  /** Converts the first value of the explanation. */
  readPlan(value: JsonValue): JsonValue
  /** Whether the server has ended the transaction by itself when it sent this error. */
  endsTransaction(thrown: unknown): boolean
  /** Calls the listener if the server closes the connection. Returns the function that removes it. */
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
