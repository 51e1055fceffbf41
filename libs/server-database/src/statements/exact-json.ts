import type { JsonValue } from '../engines/sql-value.ts'

// JSON.parse passes the source text to the reviver (ECMAScript: JSON.parse source text access).
const keepDigits = (_key: string, value: unknown, context?: { readonly source?: string }) =>
  typeof value === 'number' && !isExact(value) ? (context?.source ?? value) : value

const isExact = (value: number) =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))

/**
 * Parses JSON text from a database. An integer that JavaScript cannot represent becomes a string of its
 * digits.
 */
export function parseExactJson(text: string): JsonValue {
  // Few texts contain so long a number, and a reviver makes parsing several times slower.
  return /\d{16}|[eE]/.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)
}
