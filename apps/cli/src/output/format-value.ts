import { isRecord } from '@mcp/protocol/light'

import { formatTable } from './table.ts'
import { stripControls, toPlainJson } from './terminal-text.ts'

export interface FormatOptions {
  readonly width: number
  readonly hasColor: boolean
}

/** Formats a result for a terminal: text without control characters, lists of objects as tables, else JSON. */
export function formatValue(value: unknown, options: FormatOptions): string {
  if (typeof value === 'string') return stripControls(value)
  const list = tableOf(value)
  if (list === undefined) return toPlainJson(value, 2)
  const { name, rows, rest } = list
  const columns = Array.from(new Set(rows.flatMap((row) => Object.keys(row))))
  const table =
    rows.length === 0
      ? `No ${name}.`
      : formatTable({
          columns: columns.map(stripControls),
          rows: rows.map((row) => columns.map((column) => row[column])),
          ...options,
        })
  const others = Object.entries(rest).map(
    ([key, each]) => `${stripControls(key)}: ${toPlainJson(each)}`,
  )
  return [table, ...(others.length === 0 ? [] : ['', ...others])].join('\n')
}

interface Table {
  readonly name: string
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly rest: Readonly<Record<string, unknown>>
}

/** Returns the rows of a list of objects, or of an object with such a list in `rows`, `items` or `servers`. */
function tableOf(value: unknown): Table | undefined {
  if (isRows(value)) return { name: 'items', rows: value, rest: {} }
  if (!isRecord(value)) return undefined
  // Rows that are arrays cannot be read without the columns beside them, so the result is printed as JSON.
  const name = ['rows', 'items', 'servers'].find((key) => isRows(value[key]))
  if (name === undefined) return undefined
  const { [name]: rows, ...rest } = value
  const { columns: _columns, ...shown } = rest
  return isRows(rows) ? { name, rows, rest: shown } : undefined
}

function isRows(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.every((each) => isRecord(each))
}
