import { isRecord } from '@mcp/protocol'

import type { DataFormat } from './data-format.ts'
import { itemsOf } from './data-format.ts'
import { writeJson } from './json-text.ts'
import { losslessScalar } from './lossless-scalar.ts'

/** CSV. With a header, each row is an object; without one, each row is a list. */
export const csvFormat: DataFormat = {
  async read(text, { delimiter, header, typed }) {
    const { parse } = await import('csv-parse/sync')
    const rows: string[][] = parse(text, { delimiter, skip_empty_lines: true })
    const cells = (row: readonly string[]) => (typed ? row.map(losslessScalar) : row)
    const [first, ...others] = rows
    if (!header || first === undefined) return rows.map(cells)
    const names = uniqueNames(first)
    return others.map((row) =>
      Object.fromEntries(cells(row).map((cell, index) => [names[index] ?? '', cell])),
    )
  },
  async write(value, { delimiter, header, escapeFormulas }) {
    const { stringify } = await import('csv-stringify/sync')
    const items = itemsOf(value)
    const names = columnsOf(items)
    const cell = (item: unknown) => writeCell(item, escapeFormulas)
    const rows = items.map((item) => cellsOf(item, names).map(cell))
    const lines = header && names.length > 0 ? [names.map(cell), ...rows] : rows
    // Readers skip empty lines. With quotes, a line with a single empty cell is not empty.
    const quoted_empty = lines.some((line) => line.length === 1)
    const text = stringify(lines, { delimiter, quoted_empty })
    // Readers remove a byte order mark, so a first cell that starts with one needs a second one.
    return text.startsWith('\uFEFF') ? `\uFEFF${text}` : text
  },
}

/**
 * Makes column names unique, because a row object keeps only one value per name. The second column
 * `name` becomes `name_2`, the third one `name_3`.
 */
function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    let unique = name
    for (let number = 2; taken.has(unique); number++) unique = `${name}_${number}`
    taken.add(unique)
    return unique
  })
}

function columnsOf(items: readonly unknown[]): string[] {
  return [...new Set(items.flatMap((item) => (isRecord(item) ? Object.keys(item) : [])))]
}

function cellsOf(item: unknown, names: readonly string[]): readonly unknown[] {
  if (isRecord(item)) {
    return names.map((name) => (Object.hasOwn(item, name) ? item[name] : undefined))
  }
  return itemsOf(item)
}

function writeCell(value: unknown, escapeFormulas: boolean): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return escapeFormulas ? escapeFormula(value) : value
  return writeJson(value)
}

function escapeFormula(text: string): string {
  // A spreadsheet runs cells that start with these characters as formulas, except signed numbers.
  return /^[=+\-@\t\r]/.test(text) && !Number.isFinite(Number(text)) ? `'${text}` : text
}
