/** The Markdown of cells that were converted already, by their elements. */
export type CellTexts = ReadonlyMap<Node, string>

/** A table as Markdown, or nothing where it only arranges things on the page. */
export function markdownTable(table: Element, texts: CellTexts): string | undefined {
  const rows = readRows(table)
  if (isLayout(table, rows)) return undefined
  const grid = spread(rows, texts)
  const width = Math.max(...grid.map((row) => row.length))
  const [first, ...rest] = grid
  const hasHeader = rows[0] !== undefined && isHeader(rows[0])
  const header = hasHeader && first !== undefined ? first : []
  const lines = [header, Array<string>(width).fill('---'), ...(hasHeader ? rest : grid)].map(
    (row) => line(row, width),
  )
  const caption = children(table, 'CAPTION')[0]?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? ''
  return `\n\n${caption === '' ? '' : `${caption}\n\n`}${lines.join('\n')}\n\n`
}

/** The text of one cell in one line, which is all that a table in Markdown has room for. */
export function cellText(content: string): string {
  return content
    .trim()
    .replaceAll(/\s*\n\s*/g, '<br>')
    .replaceAll(/(\\*)\|/g, (found: string, slashes: string) =>
      slashes.length % 2 === 1 ? found : `${slashes}\\|`,
    )
}

function line(row: readonly string[], width: number): string {
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
  // By their number: turndown's parser gives `undefined` for the first of none.
  if (table.querySelectorAll('table, pre, h1, h2, h3').length > 0) return true
  // Neither a single column nor a single row without a heading tells more than its cells one by one.
  const widths = rows.map((row) => cellsOf(row).length)
  if (Math.max(0, ...widths) <= 1) return true
  return rows.length === 1 && table.querySelector('th') === null
}

function isHeader(row: Element): boolean {
  if (row.parentElement?.nodeName === 'THEAD') return true
  const cells = cellsOf(row)
  return cells.length > 1 && cells.every(({ nodeName }) => nodeName === 'TH')
}

const widest = 100

/** Cells in their columns. One that spans several has its text in the first, and the others are empty. */
function spread(rows: readonly Element[], texts: CellTexts): string[][] {
  /** For how many more rows each column is taken by a cell from above. */
  const taken: number[] = []
  return rows.map((row) => {
    const line: string[] = []
    for (const cell of cellsOf(row)) {
      while ((taken[line.length] ?? 0) > 0) line.push('')
      const down = span(cell, 'rowspan', rows.length)
      const across = Math.min(span(cell, 'colspan', widest), widest - line.length)
      for (let at = 0; at < across; at++) {
        taken[line.length] = down
        line.push(at === 0 ? (texts.get(cell) ?? '') : '')
      }
    }
    while ((taken[line.length] ?? 0) > 0) line.push('')
    for (const [at, left] of taken.entries()) taken[at] = Math.max(0, left - 1)
    return line
  })
}

function span(cell: Element, name: 'rowspan' | 'colspan', most: number): number {
  const value = Number.parseInt(cell.getAttribute(name) ?? '1', 10)
  return Math.min(Math.max(Number.isNaN(value) ? 1 : value, 1), most)
}
