let cachedAt = Number.NaN
let cachedText = ''

/**
 * Formats a time, in milliseconds since the epoch, as ISO 8601 in UTC with milliseconds and `Z`. The
 * last result is cached, because a busy process formats the same millisecond many times.
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
 * Parses an ISO 8601 timestamp to milliseconds since the epoch. Returns `undefined` if it is invalid.
 * A timestamp without an offset is in UTC, because Python's `datetime.utcnow().isoformat()` writes no
 * offset. Microseconds and nanoseconds are truncated to milliseconds.
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
  // `Date.parse` reads the 30th of February as a day in March.
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate())
    return undefined
  const zone =
    offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset.toUpperCase()
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0')
  const parsed = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}${zone}`,
  )
  return Number.isNaN(parsed) ? undefined : parsed
}
