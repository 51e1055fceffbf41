/** Converts a parsed value of another format to JSON. Dates become strings; bytes become base64. */
export function toJsonValue(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  // JSON has neither infinities nor NaN.
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value ?? null
  if (value instanceof Date) return value.toJSON()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(toJsonValue)
  // `fromEntries` turns a key such as `__proto__` into an ordinary property.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, toJsonValue(item)] as const),
  )
}
