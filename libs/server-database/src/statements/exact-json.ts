import { parseJson } from '@mcp/protocol'

import type { JsonValue } from '../engines/sql-value.ts'

// JSON.parse passes the source text to the reviver (ECMAScript: JSON.parse source text access).
const keepDigits = (_key: string, value: unknown, context?: { readonly source?: string }) =>
  typeof value === 'number' && !isExact(value) ? (context?.source ?? value) : value

const isExact = (value: number) =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))

/**
 * Maximum nesting of a JSON value of a database. A response that contains it then also has less than the 128
 * levels that the protocol allows.
 */
const maxDepth = 100

/**
 * Parses JSON text from a database. An integer that JavaScript cannot represent becomes a string of its
 * digits.
 *
 * @throws McpError `payload-too-large` if it is nested too deeply.
 */
export function parseExactJson(text: string): JsonValue {
  const value = parseJson(text, { maxDepth })
  // Few texts contain so long a number, and a reviver makes parsing several times slower.
  if (/\d{16}|\d[eE]/.test(text) || !isJsonValue(value)) return JSON.parse(text, keepDigits)
  return value
}

const isJsonValue = (parsed: unknown): parsed is JsonValue => parsed !== undefined
