/**
 * Converts a table to Markdown. Returns undefined if the table is used only for layout.
 *
 * @param cellText Returns the Markdown of a cell, in a single line.
 */
export function markdownTable(
  table: Element,
  cellText: (cell: Element) => string,
): string | undefined {
  const rows = readRows(table)
  if (isLayout(table, rows)) return undefined
  const grid = toGrid(rows, cellText)
  const width = Math.max(...grid.map((row) => row.length))
  const [first, ...rest] = grid
  const hasHeader = rows[0] !== undefined && isHeader(rows[0])
  const header = hasHeader && first !== undefined ? first : []
  const rowWidth = Math.min(width, maxSpanColumns)
  const lines = [
    line(header, width),
    line(Array<string>(width).fill('---'), width),
    ...(hasHeader ? rest : grid).map((row) => line(row, rowWidth)),
  ]
  return lines.join('\n')
}

/** Writes a row. Adds empty cells up to `minWidth`. */
function line(row: readonly string[], minWidth: number): string {
  const width = Math.max(row.length, minWidth)
  const cells = Array.from({ length: width }, (_, at) => row[at] ?? '')
  return `| ${cells.join(' | ')} |`
}

function readRows(table: Element): Element[] {
  return Array.from(table.children).flatMap((part) => {
    if (part.nodeName === 'TR') return [part]
    return ['THEAD', 'TBODY', 'TFOOT'].includes(part.nodeName) ? children(part, 'TR') : []
  })
}

function cellsOf(row: Element): Element[] {
  return children(row, 'TH', 'TD')
}

function children(element: Element, ...names: string[]): Element[] {
  return Array.from(element.children).filter(({ nodeName }) => names.includes(nodeName))
}

function isLayout(table: Element, rows: readonly Element[]): boolean {
  if (['presentation', 'none'].includes(table.getAttribute('role') ?? '')) return true
  const hasHeader = table.querySelectorAll('th').length > 0
  const layoutContent = hasHeader ? 'table, h1, h2, h3' : 'table, pre, h1, h2, h3'
  if (table.querySelectorAll(layoutContent).length > 0) return true
  // A table with only one column, or with one row and no header cell, has no tabular structure.
  const widths = rows.map((row) => cellsOf(row).length)
  if (Math.max(0, ...widths) <= 1) return true
  return rows.length === 1 && !hasHeader
}

function isHeader(row: Element): boolean {
  if (row.parentElement?.nodeName === 'THEAD') return true
  const cells = cellsOf(row)
  return cells.length > 1 && cells.every(({ nodeName }) => nodeName === 'TH')
}

/**
 * Maximum number of columns that empty cells fill. Without this limit, a page of some thousand cells could
 * describe a table of millions of empty cells. Markdown allows rows that are shorter than the header.
 */
const maxSpanColumns = 100

/**
 * Arranges cells in a grid. If a cell spans several positions, the first position has its text. Beyond
 * `maxSpanColumns`, each cell has one position.
 */
function toGrid(rows: readonly Element[], cellText: (cell: Element) => string): string[][] {
  /** For each column, the number of further rows that a cell from above occupies. */
  const occupied: number[] = []
  return rows.map((row) => {
    const line: string[] = []
    for (const cell of cellsOf(row)) {
      while ((occupied[line.length] ?? 0) > 0) line.push('')
      if (line.length >= maxSpanColumns) {
        line.push(cellText(cell))
        continue
      }
      const down = span(cell, 'rowspan', rows.length)
      const across = span(cell, 'colspan', maxSpanColumns - line.length)
      for (let at = 0; at < across; at++) {
        occupied[line.length] = down
        line.push(at === 0 ? cellText(cell) : '')
      }
    }
    while ((occupied[line.length] ?? 0) > 0) line.push('')
    for (const [at, remainingRows] of occupied.entries())
      occupied[at] = Math.max(0, remainingRows - 1)
    return line
  })
}

function span(cell: Element, name: 'rowspan' | 'colspan', max: number): number {
  const value = Number.parseInt(cell.getAttribute(name) ?? '1', 10)
  return Math.min(Math.max(Number.isNaN(value) ? 1 : value, 1), max)
}
