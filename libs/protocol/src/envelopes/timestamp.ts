let cachedAt = Number.NaN
let cachedText = ''

/**
 * A moment as the wire writes it: ISO 8601 in UTC, with milliseconds and `Z`.
 * The last text is kept, because a busy process asks many times within one millisecond.
 */
export function formatTimestamp(milliseconds: number = Date.now()): string {
  if (milliseconds !== cachedAt) {
    cachedText = new Date(milliseconds).toISOString()
    cachedAt = milliseconds
  }
  return cachedText
}

const pattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?([Zz]|[+-]\d{2}:?\d{2})?$/

/**
 * Milliseconds since the epoch of an ISO 8601 timestamp, or `undefined` where it is none.
 * A timestamp without an offset is UTC, as Python's `datetime.utcnow().isoformat()` writes it, and
 * micro- and nanoseconds are cut to milliseconds.
 */
export function parseTimestamp(text: string): number | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [
    ,
    year,
    month,
    day,
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '',
    offset = 'Z',
  ] = match
  const zone =
    offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset.toUpperCase()
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0')
  const parsed = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}${zone}`,
  )
  return Number.isNaN(parsed) ? undefined : parsed
}
