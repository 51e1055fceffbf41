import { isRecord } from '@mcp/protocol/light'

type Values = Readonly<Record<string, unknown>>

/** Returns a member of a record. A schema may name properties that each object inherits, such as `toString`. */
export function memberOf(record: Values, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** Returns a record with a changed member. If `isNested`, a record without members becomes undefined. */
export function withMember(
  record: Values,
  name: string,
  value: unknown,
  isNested: boolean,
): Values | undefined {
  if (value !== undefined) {
    const entries = Object.entries(record).map(([key, each]) => [key, key === name ? value : each])
    return Object.fromEntries(Object.hasOwn(record, name) ? entries : [...entries, [name, value]])
  }
  if (!Object.hasOwn(record, name)) return record
  const others = Object.entries(record).filter(([key]) => key !== name)
  return isNested && others.length === 0 ? undefined : Object.fromEntries(others)
}

/** Returns a record with another name of a member, or undefined if the name is in use. */
export function withName(record: Values, before: string, after: string): Values | undefined {
  if (Object.hasOwn(record, after)) return undefined
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name === before ? after : name, value]),
  )
}

/** Returns a list with a changed item. Items at the end that are not set are left out. */
export function withItem(items: readonly unknown[], index: number, value: unknown): unknown[] {
  const length = Math.max(items.length, index + 1)
  const changed = Array.from({ length }, (_, at) => (at === index ? value : items[at]))
  return changed.slice(0, changed.findLastIndex((item) => item !== undefined) + 1)
}

/** Returns the line end that all lines of a text have, or undefined if they differ. */
export function lineEndOf(text: string): '\n' | '\r\n' | undefined {
  if (!text.includes('\r')) return '\n'
  return /^(?:[^\r\n]|\r\n)*$/.test(text) ? '\r\n' : undefined
}

/** Returns a value without the members that are undefined. JSON has none. */
export function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutUndefined(item) ?? null)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, withoutUndefined(member)]),
  )
}
