import { existsSync } from 'node:fs'
import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import { DatabaseSync } from 'node:sqlite'

import { McpError } from '@mcp/protocol'

import type { Access } from '../engine-transaction.ts'
import type { Column, Row, SqlParam } from '../sql-value.ts'
import { paramCountError, sqlError } from '../sql-error.ts'
import { maxBatchBytes, maxRowBytes, rowTooLarge } from '../size-limit.ts'
import { authorize } from './authorizer.ts'
import { sqliteError } from './sqlite-error.ts'
import { readSqliteValue, sizeOf, storageClass, toSqliteValue } from './sqlite-value.ts'

export interface SqliteBatch {
  readonly rows: readonly Row[]
  readonly more: boolean
  readonly affectedRows: number | undefined
}

export interface SqliteStart extends SqliteBatch {
  readonly columns: readonly Column[]
}

/** Methods of the worker process, which has one connection to a file. */
export interface SqliteSession {
  open(options: { readonly file: string; readonly readOnly: boolean }): void
  begin(options: { readonly access: Access }): void
  run(statement: {
    readonly sql: string
    readonly params: readonly SqlParam[]
    readonly maxRows: number
  }): SqliteStart
  read(options: { readonly maxRows: number }): SqliteBatch
  closeCursor(input: undefined): void
  prepare(statement: { readonly sql: string }): void
  end(options: { readonly how: 'COMMIT' | 'ROLLBACK' }): void
  close(input: undefined): void
}

/** Maximum time that a statement waits while another process writes to the file, in milliseconds. */
const busyTimeoutMs = 5000

// Node 22 ignores this limit, so that only the memory limit of the process applies.
const valueLimit = { limits: { length: 64 * 1024 * 1024 } }

type Values = readonly (SQLOutputValue | undefined)[]

// This function is one state machine. Its methods share the connection and the cursor.
// oxlint-disable-next-line max-lines-per-function
export function createSqliteSession(): SqliteSession {
  let opened: DatabaseSync | undefined
  let access: Access = 'read-only'
  let rest: Iterator<unknown> | undefined
  // The next row. It is read ahead to determine the types of expressions and whether there are more rows.
  let next: Values | undefined
  // Rows that the connection had changed before the statement.
  let changesBefore = 0

  function database(): DatabaseSync {
    if (opened === undefined) throw new Error('The database is not open.')
    return opened
  }

  function step(): void {
    if (rest === undefined) return
    const result: IteratorResult<unknown> | undefined = rest.next()
    // Node returns `undefined` if a value of the row exceeds the maximum length of a string.
    if (result === undefined) throw valueTooLong()
    next = result.done !== true ? toValues(result.value) : undefined
  }

  function discardRows(): void {
    rest?.return?.()
    rest = undefined
    next = undefined
  }

  function readRows(maxRows: number): SqliteBatch {
    const rows: Row[] = []
    let batchSize = 0
    while (next !== undefined && rows.length < maxRows && batchSize < maxBatchBytes) {
      const size = sizeOf(next)
      if (size > maxRowBytes) throw rowTooLarge()
      rows.push(next.map(readSqliteValue))
      batchSize += size
      step()
    }
    const more = next !== undefined
    return { rows, more, affectedRows: more || access === 'read-only' ? undefined : changes().last }
  }

  /**
   * Returns the number of rows that the current statement has changed (`last`), and that the connection has
   * changed since it was opened (`total`).
   */
  function changes(): { readonly last: number; readonly total: number } {
    const row = toValues(prepare('SELECT changes(), total_changes()').get())
    const [last = 0, total = 0] = row.map(Number)
    // After a statement that changes no rows, SQLite still returns the number of the previous statement.
    return { last: total === changesBefore ? 0 : last, total }
  }

  /** `INSERT OR ROLLBACK` ends the transaction itself. Further statements would not be part of it. */
  function requireTransaction(): void {
    if (database().isTransaction) return
    const message = 'The transaction is over: one of its statements rolled it back.'
    throw sqlError({ kind: 'transaction-over', message })
  }

  function prepare(sql: string): StatementSync {
    const statement = database().prepare(sql)
    statement.setReadBigInts(true)
    statement.setReturnArrays(true)
    return statement
  }

  return withConvertedErrors({
    open({ file, readOnly }) {
      const isNew = !readOnly && !existsSync(file)
      opened = new DatabaseSync(file, { readOnly, ...valueLimit })
      opened.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA trusted_schema = OFF`)
      // WAL lets readers continue during a write. Existing files keep their journal mode.
      if (isNew) opened.exec('PRAGMA journal_mode = WAL')
    },
    begin(options) {
      ;({ access } = options)
      const isReading = access === 'read-only'
      database().exec(`PRAGMA query_only = ${isReading ? 'ON' : 'OFF'}`)
      database().exec(isReading ? 'BEGIN' : 'BEGIN IMMEDIATE')
      authorize(database(), access)
    },
    run({ sql, params, maxRows }) {
      discardRows()
      requireTransaction()
      const statement = prepare(sql)
      const values: SQLInputValue[] = params.map(toSqliteValue)
      requireParams(statement, sql, values)
      if (access === 'read-write') changesBefore = changes().total
      const described = statement.columns()
      if (described.length === 0) {
        statement.run(...values)
        return { columns: [], rows: [], more: false, affectedRows: changes().last }
      }
      rest = statement.iterate(...values)
      step()
      const columns = described.map(({ name, type }, index) => ({
        name,
        type: type ?? storageClass(next?.[index]),
      }))
      return { columns, ...readRows(maxRows) }
    },
    read: ({ maxRows }) => readRows(maxRows),
    closeCursor: discardRows,
    prepare({ sql }) {
      prepare(sql)
    },
    end({ how }) {
      discardRows()
      authorize(database(), undefined)
      if (how === 'COMMIT') requireTransaction()
      if (database().isTransaction) database().exec(how)
    },
    close: () => opened?.close(),
  })
}

/** Refuses a statement with more placeholders than params. SQLite would set the other placeholders to NULL. */
function requireParams(statement: StatementSync, sql: string, values: SQLInputValue[]): void {
  if (!/[?:@$]/.test(sql)) return
  try {
    // Binds the values and a further one, but does not run the statement.
    statement.iterate(...values, null)
  } catch {
    return
  }
  throw paramCountError(values.length)
}

function valueTooLong(): McpError {
  const message = 'A value is longer than 512 MiB. Select parts of it (substr).'
  return new McpError('payload-too-large', message)
}

/** Returns a row as an array. Rows are arrays due to `setReturnArrays`, but their type is `unknown`. */
function toValues(row: unknown): Values {
  return Array.isArray(row) ? row : []
}

/** Wraps the methods so that they convert errors of SQLite. */
function withConvertedErrors(session: SqliteSession): SqliteSession {
  const entries = Object.entries(session).map(([name, run]) => [
    name,
    (input: never) => {
      try {
        return Reflect.apply(run, session, [input])
      } catch (error) {
        throw sqliteError(error)
      }
    },
  ])
  return { ...session, ...Object.fromEntries(entries) }
}
