import type { Connection } from 'mysql2'

import type { RowBatch } from '../engine-transaction.ts'
import type { Column, Row, SqlParam } from '../sql-value.ts'
import type { MysqlField } from './mysql-value.ts'
import { readMysqlValue, toColumn, toMysqlParam } from './mysql-value.ts'

/** A running statement whose rows are read on demand. */
export interface MysqlRows {
  /** Known when the first rows were read. */
  readonly columns: readonly Column[]
  read(maxRows: number): Promise<RowBatch>
  /** Throws the remaining rows away as they arrive; resolves when the connection is free. */
  drain(): Promise<void>
}

/**
 * Runs a statement as a prepared one, or as text where the server cannot prepare it. The rows come as a
 * stream: nothing is read from the server past what was asked for but what is in its last packets.
 */
export function startMysqlRows(
  connection: Connection,
  sql: string,
  { params, as }: { readonly params: readonly SqlParam[]; readonly as: 'prepared' | 'text' },
): MysqlRows {
  let fields: readonly MysqlField[] = []
  let columns: readonly Column[] = []
  let waiting: unknown[][] = []
  let affectedRows: number | undefined
  let wanted = 0
  let draining = false
  const outcome: { ended: boolean; failure?: Error } = { ended: false }
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
      waiting.push(result)
      if (waiting.length >= wanted) {
        connection.pause()
        wake()
      }
    }
  })
  command.on('error', (error: Error) => {
    outcome.failure = error
    outcome.ended = true
    wake()
  })
  command.on('end', () => {
    outcome.ended = true
    wake()
  })

  /** Lets rows arrive until there are enough of them, or no more. */
  async function gather(count: number): Promise<void> {
    wanted = count
    while (waiting.length < count && !outcome.ended) {
      await new Promise<void>((resolve) => {
        wake = resolve
        connection.resume()
      })
    }
    if (outcome.failure !== undefined) throw outcome.failure
  }

  return {
    get columns() {
      return columns
    },
    async read(maxRows) {
      // One more than asked for, so as to know whether there is more.
      await gather(maxRows + 1)
      const rows: readonly Row[] = waiting
        .slice(0, maxRows)
        .map((row) => row.map((value, index) => readAt(fields, index, value)))
      waiting = waiting.slice(maxRows)
      const more = waiting.length > 0 || !outcome.ended
      return { rows, more, affectedRows: more ? undefined : affectedRows }
    },
    async drain() {
      draining = true
      waiting = []
      await gather(Infinity).catch(() => {})
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
