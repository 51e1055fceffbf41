import { callOperation } from '../../data/call-operation.ts'
import type { StatementRequest } from '../statement/use-statement.ts'
import { furtherPages, startQuery, valuesOf } from '../statement/use-statement.ts'
import type { ExportFormat } from './format-rows.ts'
import { createFormatter } from './format-rows.ts'

const mediaTypes: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
}

export interface ExportOptions {
  readonly format: ExportFormat
  readonly signal: AbortSignal
  /** Called with the number of rows so far. */
  readonly onProgress: (rows: number) => void
}

/** Runs a query again, and saves the rows of all its pages as a file. Returns their number. */
export async function exportRows(
  request: StatementRequest,
  { format, signal, onProgress }: ExportOptions,
): Promise<number> {
  let page = await startQuery(request, furtherPages, signal)
  const formatter = createFormatter(format, page.columns)
  const parts = [formatter.start]
  let count = 0
  for (;;) {
    parts.push(formatter.rows(page.rows.map(valuesOf)))
    count += page.rows.length
    onProgress(count)
    const { nextCursor } = page
    if (nextCursor === undefined) break
    const { database } = request
    page = await callOperation(
      'database',
      'fetchPage',
      { database, cursor: nextCursor, ...furtherPages },
      { signal },
    )
  }
  parts.push(formatter.end)
  saveFile(`rows.${format}`, new Blob(parts, { type: mediaTypes[format] }))
  return count
}

function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  anchor.click()
  // The browser reads the address after the click.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
