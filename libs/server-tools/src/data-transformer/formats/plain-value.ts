import { keepsDigits, McpError } from '@mcp/protocol'

/**
 * Converts a value of a format library to plain data. Dates become strings, bytes become base64, and
 * sets become objects whose values are null. Integers that a number cannot represent stay bigints.
 *
 * @throws McpError `invalid-params` for an infinity or NaN, unless `nonFinite` is true.
 */
export function toPlainValue(value: unknown, nonFinite: boolean): unknown {
  if (typeof value === 'bigint')
    return keepsDigits(String(value), Number(value)) ? Number(value) : value
  if (typeof value === 'number' && !Number.isFinite(value) && !nonFinite) {
    throw new McpError('invalid-params', `it cannot contain the number ${value}`)
  }
  if (typeof value !== 'object' || value === null) return value ?? null
  if (value instanceof Date) return value.toJSON()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Set) return Object.fromEntries(Array.from(value, (key) => [key, null]))
  // An ordered map of YAML is a list of objects with one key each.
  if (value instanceof Map) {
    return Array.from(value, ([key, item]) => toPlainValue({ [String(key)]: item }, nonFinite))
  }
  if (Array.isArray(value)) return value.map((item) => toPlainValue(item, nonFinite))
  return mapValues(value, (item) => toPlainValue(item, nonFinite))
}

/** Converts plain data to JSON. Integers that a number cannot represent become strings. */
export function toJsonValue(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) ? value.map(toJsonValue) : mapValues(value, toJsonValue)
}

function mapValues(object: object, convert: (item: unknown) => unknown): Record<string, unknown> {
  // `fromEntries` turns a key such as `__proto__` into an ordinary property.
  return Object.fromEntries(
    Object.entries(object).map(([key, item]) => [key, convert(item)] as const),
  )
}
