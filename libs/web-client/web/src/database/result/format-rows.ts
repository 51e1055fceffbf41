import type { Grid } from '../../results/shape-of.ts'

export const exportFormats = ['csv', 'json', 'ndjson'] as const
export type ExportFormat = (typeof exportFormats)[number]

type Row = readonly unknown[]

/** Writes rows in a format, page by page. */
export interface RowFormatter {
  readonly start: string
  readonly rows: (rows: readonly Row[]) => string
  readonly end: string
}

/** Creates a formatter. Two columns of the same name have different keys in JSON. */
export function createFormatter(format: ExportFormat, columns: Grid['columns']): RowFormatter {
  const names = uniqueNames(columns.map(({ name }) => name))
  if (format === 'csv') {
    return {
      start: csvLine(columns.map(({ name }) => name)),
      rows: (rows) => rows.map(csvLine).join(''),
      end: '',
    }
  }
  const record = (row: Row) =>
    JSON.stringify(Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])))
  if (format === 'ndjson') {
    return { start: '', rows: (rows) => rows.map((row) => `${record(row)}\n`).join(''), end: '' }
  }
  let isFirst = true
  return {
    start: '[',
    rows: (rows) =>
      rows
        .map((row) => {
          const separator = isFirst ? '\n' : ',\n'
          isFirst = false
          return separator + record(row)
        })
        .join(''),
    end: '\n]\n',
  }
}

/** Returns a line of CSV (RFC 4180). NULL is empty, and an empty text is `""`. */
function csvLine(values: Row): string {
  return `${values.map(csvValue).join(',')}\r\n`
}

function csvValue(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function uniqueNames(names: readonly string[]): string[] {
  const used = new Set<string>()
  return names.map((name) => {
    let unique = name
    for (let count = 2; used.has(unique); count += 1) unique = `${name}_${count}`
    used.add(unique)
    return unique
  })
}
