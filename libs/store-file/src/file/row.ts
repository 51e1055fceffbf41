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

/** Returns the JSON object in a column; `undefined` if the column contains anything else. */
export function optionalRecord(row: Row, column: string): Record<string, unknown> | undefined {
  const value = readJson(row, column)
  return isRecord(value) ? value : undefined
}

/** Returns the strings of the JSON array in a column; an empty list if the column contains anything else. */
export function list(row: Row, column: string): readonly string[] {
  const value = readJson(row, column)
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** Returns `undefined` for a malformed value, because one damaged row must not make the others unusable. */
function readJson(row: Row, column: string): unknown {
  const json = optionalText(row, column)
  if (json === undefined) return undefined
  try {
    return parseJson(json)
  } catch {
    return undefined
  }
}

function damaged(column: string): McpError {
  return storeFailure(`The data store failed: unexpected value in column "${column}".`, {
    retryable: false,
  })
}
