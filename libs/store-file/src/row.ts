import { isRecord, McpError, parseJson } from '@mcp/protocol'

import type { Row } from './database.ts'

/** A column that holds text. */
export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw damaged(column)
  return value
}

/** A column that may hold text. */
export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column)
}

/** A column that holds a whole number. */
export function integer(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw damaged(column)
  return value
}

/** A column that holds a JSON object. */
export function record(row: Row, column: string): Record<string, unknown> {
  const value = parseJson(text(row, column))
  if (!isRecord(value)) throw damaged(column)
  return value
}

/** A column that holds a JSON list of text. */
export function list(row: Row, column: string): readonly string[] {
  const value = parseJson(text(row, column))
  if (!Array.isArray(value)) throw damaged(column)
  return value.filter((item) => typeof item === 'string')
}

function damaged(column: string): McpError {
  return new McpError('unavailable', 'The session file holds something that it cannot hold.', {
    details: { column },
  })
}
