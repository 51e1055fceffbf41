import { parseJson } from '@mcp/protocol'

import type { JsonValue } from '../engines/sql-value.ts'

// JSON.parse passes the source text to the reviver (ECMAScript: JSON.parse source text access).
const keepDigits = (_key: string, value: unknown, { source }: { readonly source?: string } = {}) =>
  typeof value === 'number' && source !== undefined && !isExact(value, source) ? source : value

const isExact = (value: number, source: string) =>
  (!Number.isInteger(value) || Number.isSafeInteger(value)) &&
  significantDigits(source) === significantDigits(String(value))

const significantDigits = (number: string) =>
  number
    .replace(/e.*$/i, '')
    .replaceAll(/[-.]/g, '')
    .replaceAll(/^0+|0+$/g, '')

/**
 * Maximum nesting depth of a JSON value from a database. A response that contains the value then has fewer
 * levels than the 128 that the protocol allows.
 */
const maxDepth = 100

/**
 * Parses JSON text from a database. A number becomes a string with its source text if it is an integer over
 * 2^53, has more digits than JavaScript can represent, or is out of range.
 *
 * @throws McpError `payload-too-large` if the value is nested too deeply.
 */
export function parseExactJson(text: string): JsonValue {
  const value = parseJson(text, { maxDepth })
  // A reviver makes parsing several times slower, so only texts with long numbers are parsed with it.
  if (/[\d.]{16}|\d[eE]/.test(text) || !isJsonValue(value)) return JSON.parse(text, keepDigits)
  return value
}

const isJsonValue = (parsed: unknown): parsed is JsonValue => parsed !== undefined
