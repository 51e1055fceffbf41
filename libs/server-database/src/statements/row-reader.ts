import { McpError } from '@mcp/protocol'

import type { StatementStart } from '../engines/engine-transaction.ts'
import type { Column, JsonValue, Row } from '../engines/sql-value.ts'

export interface PageLimits {
  readonly maxRows: number
  readonly maxBytes: number
}

export type RowFormat = 'object' | 'array'

/** A row in the requested format. */
export type FormattedRow = JsonValue[] | Record<string, JsonValue>

export interface RowPage {
  readonly rows: FormattedRow[]
  readonly truncated: boolean
}

/** A column in a result. */
export interface ResultColumn {
  name: string
  type: string
  /** Key of the column in rows that are objects, if it differs from the name. */
  key?: string
}

/** Reads the rows of a statement in pages. */
export interface RowReader {
  readonly columns: ResultColumn[]
  readPage(limits: PageLimits, signal: AbortSignal): Promise<RowPage>
  /** Runs the statement to its end and discards its rows. Returns the number of changed rows. */
  drain(signal: AbortSignal): Promise<number | undefined>
  /** Discards the unread rows. */
  close(): Promise<void>
}

/** Maximum number of rows in a batch from the engine. Memory holds one batch in addition to the page. */
const maxBatchRows = 1000

/** Returns the number of rows of the first batch, whose size is still unknown. */
export const firstBatch = ({ maxRows }: PageLimits) => Math.min(maxRows + 1, 50)

export function createRowReader(start: StatementStart, rowFormat: RowFormat): RowReader {
  const { cursor } = start
  const keys = rowFormat === 'object' ? uniqueNames(start.columns) : undefined
  const columns = start.columns.map(({ name, type }, index) => {
    const key = keys?.[index] ?? name
    return key === name ? { name, type } : { name, type, key }
  })
  let { affectedRows, more } = start
  // Rows of the current batch. The rows from `at` on were not returned yet.
  let waiting: readonly Row[] = start.rows
  let at = 0

  async function readBatch(maxRows: number, signal: AbortSignal): Promise<void> {
    if (!more || cursor === undefined) return
    const batch = await cursor.read({ maxRows, signal })
    ;({ rows: waiting, more } = batch)
    affectedRows = batch.affectedRows
    at = 0
  }

  return {
    columns,
    async readPage({ maxRows, maxBytes }, signal) {
      const rows: FormattedRow[] = []
      let bytes = 0
      for (;;) {
        const next = waiting[at]
        if (next === undefined) {
          if (!more) return { rows, truncated: false }
          const average = rows.length === 0 ? maxBytes / 50 : bytes / rows.length
          const room = Math.ceil((maxBytes - bytes) / Math.max(average, 1))
          // A row after the requested rows shows that there is another page.
          const needed = Math.min(maxRows - rows.length, room) + 1
          await readBatch(Math.min(Math.max(needed, 1), maxBatchRows), signal)
          continue
        }
        if (rows.length === maxRows) return { rows, truncated: true }
        const row = keys === undefined ? [...next] : toObject(keys, next)
        const size = Buffer.byteLength(JSON.stringify(row)) + 1
        if (bytes + size > maxBytes) {
          if (rows.length === 0) throw rowTooLarge(size, maxBytes)
          return { rows, truncated: true }
        }
        bytes += size
        rows.push(row)
        at += 1
      }
    },
    async drain(signal) {
      while (more) await readBatch(maxBatchRows, signal)
      return affectedRows
    },
    async close() {
      more = false
      waiting = []
      await cursor?.close()
    },
  }
}

const toObject = (keys: readonly string[], row: Row): FormattedRow =>
  Object.fromEntries(keys.map((key, index) => [key, row[index] ?? null]))

/** Returns unique column names, because keys of an object are unique. The second `id` becomes `id_2`. */
function uniqueNames(columns: readonly Column[]): string[] {
  const taken = new Set<string>()
  return columns.map(({ name }) => {
    let unique = name
    for (let count = 2; taken.has(unique); count += 1) unique = `${name}_${count}`
    taken.add(unique)
    return unique
  })
}

function rowTooLarge(size: number, maxBytes: number): McpError {
  return new McpError(
    'payload-too-large',
    `A single row takes ${size} bytes, and maxBytes is ${maxBytes}. Select fewer columns or parts of the values, or raise maxBytes.`,
    { details: { size, maxBytes } },
  )
}
