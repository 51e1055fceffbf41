/** What a parser of another format gave, as JSON has it: dates as text, bytes as base64. */
export function toJsonValue(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  // JSON has neither infinities nor NaN.
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value ?? null
  if (value instanceof Date) return value.toJSON()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(toJsonValue)
  // From entries: a key such as `__proto__` becomes a property like any other.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, toJsonValue(item)] as const),
  )
}
