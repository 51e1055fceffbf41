import { isRecord } from '@mcp/protocol'

const maxRows = 50
const maxCell = 80

/**
 * Formats the result of a query as a Markdown table, which is also readable as text. Returns undefined
 * for other results.
 */
export function formatRows(result: object): string | undefined {
  if (!isRecord(result) || !Array.isArray(result['columns'])) return undefined
  const { columns, rows, truncated, affectedRows } = result
  const names = columns.flatMap((column: unknown) =>
    isRecord(column) && typeof column['name'] === 'string' ? [column['name']] : [],
  )
  if (names.length === 0 || names.length < columns.length) return undefined
  if (!Array.isArray(rows) || !rows.every(isRecord)) return undefined
  const cells = rows.slice(0, maxRows).map((row) => names.map((name) => formatCell(row[name])))
  const header = names.map(formatCell)
  const widths = header.map((name, index) =>
    Math.max(3, name.length, ...cells.map((row) => row[index]?.length ?? 0)),
  )
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  const count = `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`
  const notes = [
    ...(typeof affectedRows === 'number' ? [`Changed: ${affectedRows}.`] : []),
    ...(rows.length > maxRows ? [`The first ${maxRows} are shown.`] : []),
    ...(truncated === true ? ['The database has more.'] : []),
  ]
  return [line(header), rule, ...cells.map(line), '', [`${count}.`, ...notes].join(' ')].join('\n')
}

function formatCell(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  const cut = text.length <= maxCell ? text : `${text.slice(0, maxCell)}…`
  return cut.replaceAll(/\s+/g, ' ').replaceAll('|', String.raw`\|`)
}
