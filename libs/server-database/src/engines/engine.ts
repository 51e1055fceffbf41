import type {
  objectFacts,
  schemaFacts,
  tableDescription,
  tableFacts,
} from '@mcp/contracts/database'
import type * as z from 'zod'

import type { SqlGuard } from '../guard/sql-guard.ts'

/**
 * Permitted operations: `read-only` only reads; `data` also changes rows, and creates and
 * change tables and what belongs to them; `admin` may do all that the engine lets its user do.
 */
export type DatabaseMode = 'read-only' | 'data' | 'admin'

export type Access = 'read-only' | 'read-write'

export type Isolation = 'read-committed' | 'repeatable-read' | 'serializable'

/** A value as it crosses the wire. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** One row, in the order of the columns. */
export type Row = readonly JsonValue[]

/** Bytes among the params, which JSON has no type for. */
export interface BytesParam {
  readonly base64: string
}

/** A value for a placeholder. Arrays and objects reach the database as JSON text. */
export type SqlParam = JsonValue | BytesParam

export interface Column {
  readonly name: string
  /** The engine's own name of the type, such as `int8`, `bytea`, `varchar`. Empty where it has none. */
  readonly type: string
}

/**
 * One database, reached through one kind of engine. The server checks statements, counts transactions,
 * limits results and keeps time; an engine only runs what it is given.
 *
 * Values leave an engine exact: a whole number outside the safe integers, and every decimal (`numeric`),
 * is a string; a float is a number, or a string where JSON has none (`NaN`, `Infinity`); bytes are
 * base64; dates and times are ISO 8601 text without a loss of digits; JSON is the value itself.
 *
 * Errors leave an engine as `McpError`, made by `sqlError`: nothing in them carries a path, a connection
 * string or a password.
 */
export interface Engine {
  /** Name of its definition. */
  readonly name: string
  /** SQL dialect of its statements, such as `postgresql`. */
  readonly dialect: string
  /** Maximum number of open transactions. The server never begins more. */
  readonly maxTransactions: number
  /** Parses statements and refuses those that the mode does not allow. */
  readonly sqlGuard: SqlGuard
  readonly catalog: EngineCatalog
  /**
   * Starts the engine if its start is slow and has not happened yet. Other calls wait meanwhile.
   * Optional.
   */
  start?(): Promise<void>
  /** Begins a transaction; connects first, and starts what it needs, where that was not done yet. */
  begin(options: BeginOptions): Promise<EngineTransaction>
  /** Ends all transactions, rolled back, and stops everything that was started. May be repeated. */
  close(): Promise<void>
}

export interface CallOptions {
  /**
   * Aborted at the timeout or when the caller cancels. The engine then also stops the work at the
   * server, rolls back the transaction, releases its connection, and rejects with the reason.
   */
  readonly signal: AbortSignal
}

export interface BeginOptions extends CallOptions {
  /** `read-only` is enforced by the engine itself: `BEGIN READ ONLY`, `PRAGMA query_only`. */
  readonly access: Access
  /** Default: what the engine does by itself. SQLite is always serializable. */
  readonly isolation?: Isolation | undefined
  /**
   * The longest any statement of it may run, in milliseconds: a second line of defence at the server
   * (`statement_timeout`), besides the signal.
   */
  readonly statementTimeoutMs: number
  /** The longest the transaction may lie idle, likewise (`idle_in_transaction_session_timeout`). */
  readonly idleTimeoutMs: number
}

/**
 * An open transaction. Its calls are made one after the other: the server waits for each. After it
 * ended, in whatever way, calls reject with `conflict`, reason `transaction-over`, but `rollback`
 * does nothing.
 */
export interface EngineTransaction {
  /**
   * Runs one statement, by the extended protocol where there is one, and reads at most `maxRows` rows.
   * The rest is read through the cursor. A statement that fails leaves the transaction as it was
   * before the statement. Running another statement closes a cursor that is still open.
   */
  run(sql: string, params: readonly SqlParam[], options: RunOptions): Promise<StatementStart>
  /** Lets the database parse and plan the statement without running it. Rejects where it will not. */
  prepare(sql: string, options: CallOptions): Promise<void>
  /** Returns the plan of the statement; with `analyze`, it is run and measured. */
  explain(sql: string, params: readonly SqlParam[], options: ExplainOptions): Promise<JsonValue>
  /** Rejects where nothing was committed; the transaction is over either way. */
  commit(options: CallOptions): Promise<void>
  rollback(): Promise<void>
}

export interface RunOptions extends CallOptions {
  /** The most rows to read now, 1 or more. */
  readonly maxRows: number
}

export interface ExplainOptions extends CallOptions {
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

export interface StatementStart extends RowBatch {
  /** Empty for a statement that gives no rows. */
  readonly columns: readonly Column[]
  /** There where `more` is true. */
  readonly cursor?: EngineCursor | undefined
}

/** The rows of a statement that were not read yet. The engine holds at most one batch of them. */
export interface EngineCursor {
  read(options: RunOptions): Promise<RowBatch>
  /** Forgets the rest; the transaction goes on. May be repeated. */
  close(): Promise<void>
}

/** The catalog of a database. Each call is made within a read-only transaction. */
export interface EngineCatalog {
  schemas(transaction: EngineTransaction, options: CallOptions): Promise<readonly SchemaFacts[]>
  /** The tables and views of a schema, or of all schemas but the engine's own. */
  tables(
    transaction: EngineTransaction,
    options: CallOptions & { readonly schema?: string | undefined },
  ): Promise<readonly TableFacts[]>
  /** Returns `undefined` if the table does not exist. Default schema: that of the engine. */
  describeTable(
    transaction: EngineTransaction,
    options: CallOptions & { readonly schema?: string | undefined; readonly table: string },
  ): Promise<TableDescription | undefined>
  /** Tables, views, columns, indexes and routines whose name or comment holds the text, whatever its case. */
  searchObjects(
    transaction: EngineTransaction,
    options: CallOptions & { readonly text: string },
  ): Promise<readonly ObjectFacts[]>
  /** A name as an identifier in SQL, whatever is in it. */
  quote(name: string): string
}

export type SchemaFacts = z.output<ReturnType<typeof schemaFacts>>

export type TableFacts = z.output<ReturnType<typeof tableFacts>>

export type ObjectFacts = z.output<ReturnType<typeof objectFacts>>

/** A table with its columns, keys, indexes, constraints and comments. */
export type TableDescription = z.output<ReturnType<typeof tableDescription>>
