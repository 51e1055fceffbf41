import type { Connection } from 'mysql2'

import type { RowBatch } from '../engine-transaction.ts'
import type { Column, Row, SqlParam } from '../sql-value.ts'
import type { MysqlField } from './mysql-value.ts'
import { readMysqlValue, toColumn, toMysqlParam } from './mysql-value.ts'

/** A running statement whose rows are read on demand. */
export interface MysqlRows {
  /** Set when the first rows were read. */
  readonly columns: readonly Column[]
  read(maxRows: number): Promise<RowBatch>
  /** Discards the remaining rows as they arrive. Resolves when the connection is free. */
  drain(): Promise<void>
}

/**
 * Runs a statement, prepared or as text. Rows are streamed: besides the requested rows, only those in the
 * last packets are read from the server.
 */
export function startMysqlRows(
  connection: Connection,
  sql: string,
  { params, as }: { readonly params: readonly SqlParam[]; readonly as: 'prepared' | 'text' },
): MysqlRows {
  let fields: readonly MysqlField[] = []
  let columns: readonly Column[] = []
  let buffered: unknown[][] = []
  let affectedRows: number | undefined
  let neededRows = 0
  let draining = false
  const state: { ended: boolean; failure?: Error } = { ended: false }
  let wake = (): void => {}

  const request = { sql, rowsAsArray: true, values: params.map(toMysqlParam) }
  const command = as === 'prepared' ? connection.execute(request) : connection.query(request)
  command.on('fields', (found: readonly MysqlField[] | undefined) => {
    fields = found ?? []
    columns = fields.map(toColumn)
  })
  command.on('result', (result: unknown) => {
    if (!Array.isArray(result)) {
      affectedRows = changedRows(result)
    } else if (!draining) {
      buffered.push(result)
      if (buffered.length >= neededRows) {
        connection.pause()
        wake()
      }
    }
  })
  command.on('error', (error: Error) => {
    state.failure = error
    state.ended = true
    wake()
  })
  command.on('end', () => {
    state.ended = true
    wake()
  })

  /** Receives rows until there are `count`, or the statement ends. */
  async function receive(count: number): Promise<void> {
    neededRows = count
    while (buffered.length < count && !state.ended) {
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
      // One more row than requested, to know whether there are more.
      await receive(maxRows + 1)
      const rows: readonly Row[] = buffered
        .slice(0, maxRows)
        .map((row) => row.map((value, index) => readAt(fields, index, value)))
      buffered = buffered.slice(maxRows)
      const more = buffered.length > 0 || !state.ended
      return { rows, more, affectedRows: more ? undefined : affectedRows }
    },
    async drain() {
      draining = true
      buffered = []
      await receive(Infinity).catch(() => {})
    },
  }
}

function readAt(fields: readonly MysqlField[], index: number, value: unknown) {
  const field = fields[index]
  return field === undefined ? null : readMysqlValue(field, value)
}

function changedRows(header: unknown): number | undefined {
  const isHeader = typeof header === 'object' && header !== null && 'affectedRows' in header
  return isHeader && typeof header.affectedRows === 'number' ? header.affectedRows : undefined
}
