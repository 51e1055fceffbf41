import { wholeText } from './cell-text.ts'
import type { CellRange } from './position.ts'

/**
 * Returns cells as tab-separated values, as spreadsheets paste them. `rowAt` returns the row at a position.
 * An empty text is `""`, so that it differs from NULL. A single cell is copied unchanged.
 */
export function copyCells(
  rowAt: (position: number) => readonly unknown[] | undefined,
  { top, bottom, left, right }: CellRange,
): string {
  if (top === bottom && left === right) return wholeText(rowAt(top)?.[left])
  const lines: string[] = []
  for (let position = top; position <= bottom; position += 1) {
    const row = rowAt(position) ?? []
    const cells: string[] = []
    for (let column = left; column <= right; column += 1) cells.push(quoteCell(row[column]))
    lines.push(cells.join('\t'))
  }
  return lines.join('\n')
}

function quoteCell(value: unknown): string {
  const text = wholeText(value)
  const isQuoted = value === '' || /[\t\n\r"]/.test(text)
  return isQuoted ? `"${text.replaceAll('"', '""')}"` : text
}
