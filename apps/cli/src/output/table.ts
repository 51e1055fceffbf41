import { stripControls } from './terminal-text.ts'

export interface TableOptions {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  /** Width of the terminal. Longer lines are cut. */
  readonly width: number
  readonly hasColor: boolean
}

const maxCell = 200

/** Formats a table with a header. The line of a row is cut at the width of the terminal. */
export function formatTable({ columns, rows, width, hasColor }: TableOptions): string {
  const cells = rows.map((row) => row.map(formatCell))
  const widths = columns.map((name, index) =>
    Math.max(name.length, ...cells.map((row) => Math.min(row[index]?.length ?? 0, maxCell))),
  )
  const line = (row: readonly string[]): string =>
    cut(
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
      width,
    )
  const header = line(columns.map((name) => name))
  return [hasColor ? `\u001b[1m${header}\u001b[22m` : header, ...cells.map(line)].join('\n')
}

/** Returns a value as one line of text. */
export function formatCell(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return cut(stripControls(text).replace(/\s+/g, ' '), maxCell)
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`
}
