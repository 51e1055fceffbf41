import type { objectInfo, schemaInfo, tableDescription, tableInfo } from '@mcp/contracts/database'
import type * as z from 'zod'

import type { SqlGuard } from '../guard/sql-guard.ts'
import type { BeginOptions, CallOptions, EngineTransaction } from './engine-transaction.ts'

/**
 * The access to one database. The server checks statements, counts transactions, limits results and
 * enforces timeouts. An engine only runs statements.
 *
 * An engine returns exact values:
 * - An integer outside the safe range and every decimal (`numeric`) is a string.
 * - A float is a number, or a string if JSON has no such number (`NaN`, `Infinity`).
 * - Bytes are base64. Dates and times are ISO 8601 text with all digits. JSON is the value itself.
 *
 * Errors of an engine are `McpError`s, such as those that `sqlError` creates. They contain no path,
 * connection string or password.
 */
export interface Engine {
  /** Name of the definition of this engine. */
  readonly name: string
  /** SQL dialect of the engine, such as `postgresql`. */
  readonly dialect: string
  /** Maximum number of open transactions. The server never begins more at the same time. */
  readonly maxTransactions: number
  /** Parses statements and refuses those that the mode does not allow. */
  readonly sqlGuard: SqlGuard
  readonly catalog: EngineCatalog
  /**
   * Starts the engine unless it has started. Other calls wait for the start. Only an engine whose start is
   * slow needs this method.
   */
  start?(): Promise<void>
  /** Begins a transaction. Starts the engine and connects first, if necessary. */
  begin(options: BeginOptions): Promise<EngineTransaction>
  /** Connects to a database server, and rejects if that fails. Optional. */
  ping?(signal: AbortSignal): Promise<void>
  /** Rolls back all transactions and stops everything that was started. Idempotent. */
  close(): Promise<void>
}

/** The catalog of a database. Each call is made within a read-only transaction. */
export interface EngineCatalog {
  schemas(transaction: EngineTransaction, options: CallOptions): Promise<readonly SchemaInfo[]>
  /** Returns the tables and views of a schema. Default: all schemas except those of the database system. */
  tables(
    transaction: EngineTransaction,
    options: CallOptions & { readonly schema?: string | undefined },
  ): Promise<readonly TableInfo[]>
  /** Returns `undefined` if the table does not exist. Default schema: that of the engine. */
  describeTable(
    transaction: EngineTransaction,
    options: CallOptions & { readonly schema?: string | undefined; readonly table: string },
  ): Promise<TableDescription | undefined>
  /**
   * Returns tables, views, columns, indexes and routines whose name contains the text, ignoring case. Also
   * searches comments if the database stores comments.
   */
  searchObjects(
    transaction: EngineTransaction,
    options: CallOptions & { readonly text: string },
  ): Promise<readonly ObjectInfo[]>
  /** Quotes any name as an identifier in SQL. */
  quote(name: string): string
}

export type SchemaInfo = z.output<ReturnType<typeof schemaInfo>>

export type TableInfo = z.output<ReturnType<typeof tableInfo>>

export type ObjectInfo = z.output<ReturnType<typeof objectInfo>>

/** A table with its columns, keys, indexes, constraints and comments. */
export type TableDescription = z.output<ReturnType<typeof tableDescription>>
