const unitMs: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

const unitBytes: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1000],
  ['mb', 1_000_000],
  ['gb', 1_000_000_000],
])

/** Returns the milliseconds of a duration such as `30s`, or undefined for 0 and for any other text. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? []
  const factor = unitMs.get(unit)
  const value = Number(number) * (factor ?? Number.NaN)
  return value > 0 ? value : undefined
}

/** Returns the bytes of a size such as `10MB`, or undefined for 0 and for any other value. */
export function parseBytes(value: number | string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,15})\s*([kmg]?b?)$/i.exec(String(value)) ?? []
  const factor = unitBytes.get(unit.toLowerCase())
  const bytes = Number(number) * (factor ?? Number.NaN)
  return bytes > 0 ? bytes : undefined
}
