import type { Connection } from 'mysql2'

import type { RowBatch } from '../engine-transaction.ts'
import { maxBatchBytes } from '../size-limit.ts'
import type { Column, Row, SqlParam } from '../sql-value.ts'
import { socketOf } from './mysql-socket.ts'
import type { MysqlField } from './mysql-value.ts'
import { readMysqlValue, toColumn, toMysqlParam } from './mysql-value.ts'

/** A running statement whose rows are read on demand. */
export interface MysqlRows {
  /** Columns of the rows. Empty until the first rows are read. */
  readonly columns: readonly Column[]
  read(maxRows: number): Promise<RowBatch>
  /** Discards the remaining rows as they arrive. Resolves when the statement has ended or failed. */
  drain(): Promise<void>
}

/**
 * Runs a statement, prepared or as text. Rows are streamed: the connection pauses when one row more than
 * requested, or the maximum size of a batch, was received.
 */
// This function is one state machine. Its listeners and its reader share the state of the statement.
// oxlint-disable-next-line max-lines-per-function
export function startMysqlRows(
  connection: Connection,
  sql: string,
  { params, as }: { readonly params: readonly SqlParam[]; readonly as: 'prepared' | 'text' },
): MysqlRows {
  const socket = socketOf(connection)
  let fields: readonly MysqlField[] = []
  let columns: readonly Column[] = []
  let buffered: unknown[][] = []
  let affectedRows: number | undefined
  let neededRows = 0
  let receivedRows = 0
  // Number of bytes that the connection had received before the current batch.
  let earlierBytes = socket?.bytesRead ?? 0
  let draining = false
  const state: { ended: boolean; failure?: Error } = { ended: false }
  let wake = (): void => {}

  const isFull = () =>
    buffered.length > 0 && (socket?.bytesRead ?? 0) - earlierBytes >= maxBatchBytes

  const request = { sql, rowsAsArray: true, values: params.map(toMysqlParam) }
  const command = as === 'prepared' ? connection.execute(request) : connection.query(request)
  command.on('fields', (found: readonly MysqlField[] | undefined) => {
    fields = found ?? []
    columns = fields.map(toColumn)
  })
  command.on('result', (result: unknown) => {
    if (!Array.isArray(result)) {
      affectedRows = affectedRowsOf(result)
      return
    }
    receivedRows += 1
    if (!draining) {
      buffered.push(result)
      if (buffered.length >= neededRows || isFull()) {
        connection.pause()
        wake()
      }
    }
  })
  function end(failure?: Error): void {
    if (state.ended) return
    state.ended = true
    if (failure !== undefined) state.failure = failure
    connection.off('error', end)
    wake()
  }
  command.on('error', end)
  command.on('end', () => end())
  // mysql2 does not report a lost connection to a command without a callback.
  connection.on('error', end)

  /** Receives rows until `count` rows or the size of a batch is reached, or the statement ends. */
  async function receive(count: number): Promise<void> {
    neededRows = count
    while (buffered.length < count && !isFull() && !state.ended) {
      await new Promise<void>((resolve) => {
        wake = resolve
        connection.resume()
      })
    }
    if (state.failure !== undefined) throw state.failure
  }

  return {
    get columns() {
      return columns
    },
    async read(maxRows) {
      // A row after the requested rows shows that there are more.
      await receive(maxRows + 1)
      const rows: readonly Row[] = buffered
        .slice(0, maxRows)
        .map((row) => row.map((value, index) => readAt(fields, index, value)))
      buffered = buffered.slice(maxRows)
      earlierBytes = socket?.bytesRead ?? 0
      const more = buffered.length > 0 || !state.ended
      if (more) return { rows, more }
      // With RETURNING, MariaDB sends one row per changed row, but not their number.
      return {
        rows,
        more,
        affectedRows: affectedRows ?? (isChange(sql) ? receivedRows : undefined),
      }
    },
    async drain() {
      draining = true
      buffered = []
      await receive(Infinity).catch(() => {})
    },
  }
}

const isChange = (sql: string): boolean =>
  /^(?:\s|(?:--|#)[^\n]*\n|\/\*[^]*?\*\/)*(?:insert|replace|update|delete)\b/i.test(sql)

function readAt(fields: readonly MysqlField[], index: number, value: unknown) {
  const field = fields[index]
  return field === undefined ? null : readMysqlValue(field, value)
}

function affectedRowsOf(header: unknown): number | undefined {
  const isHeader = typeof header === 'object' && header !== null && 'affectedRows' in header
  return isHeader && typeof header.affectedRows === 'number' ? header.affectedRows : undefined
}
