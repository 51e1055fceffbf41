import { isRecord, parseJson } from '@mcp/protocol'
import type { McpError } from '@mcp/protocol'
import { storeFailure } from '@mcp/session-manager'

import type { Row } from './database.ts'

/** Returns the value of a text column. */
export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw damaged(column)
  return value
}

/** Returns the value of a text column, or undefined for NULL. */
export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column)
}

/** Returns the value of an integer column. */
export function integer(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw damaged(column)
  return value
}

/** Returns the value of a column that contains a JSON object. */
export function record(row: Row, column: string): Record<string, unknown> {
  const value = parseJson(text(row, column))
  if (!isRecord(value)) throw damaged(column)
  return value
}

/** Returns the value of a column that contains a JSON array of strings. */
export function list(row: Row, column: string): readonly string[] {
  const value = parseJson(text(row, column))
  if (!Array.isArray(value)) throw damaged(column)
  return value.filter((item) => typeof item === 'string')
}

function damaged(column: string): McpError {
  return storeFailure(`The session store failed: unexpected value in column "${column}".`, {
    retryable: false,
  })
}
