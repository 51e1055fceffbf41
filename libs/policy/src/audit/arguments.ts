import { isRecord } from '@mcp/protocol'

/** The form of the arguments in an audit log. */
export type AuditArguments = 'digest' | 'redacted' | 'none'

// Key names are compared without case and separators.
const secretKey =
  /pass(?:word|wd|phrase|code)|pwd|secret|token|apikey|(?:access|private|signing|encryption)key|credential|authorization|cookie|bearer|jwt|^otp$|^pin$|signature|connectionstring|^dsn$/
const maxTextLength = 200
const maxItems = 20
const maxDepth = 6

/**
 * Returns a copy of a value without the values of keys that name a secret. Long texts, long arrays and deep
 * values are shortened. The number of keys is not limited.
 */
export function redactArguments(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') {
    return value.length <= maxTextLength ? value : `${value.slice(0, maxTextLength)}…`
  }
  if (Array.isArray(value)) {
    if (depth >= maxDepth) return '[…]'
    const shown = value.slice(0, maxItems).map((each) => redactArguments(each, depth + 1))
    return value.length <= maxItems ? shown : [...shown, `… ${value.length - maxItems} more`]
  }
  if (!isRecord(value)) return value
  if (depth >= maxDepth) return '{…}'
  const entries = Object.entries(value).map(([key, each]) => [
    key,
    isSecret(key) ? '[secret]' : redactArguments(each, depth + 1),
  ])
  return Object.fromEntries(entries)
}

function isSecret(key: string): boolean {
  return secretKey.test(key.toLowerCase().replaceAll(/[-_.\s]/g, ''))
}

/** Returns a value as JSON with sorted keys, so that equal arguments have equal digests. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null'
  const pairs = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`)
  return `{${pairs.join(',')}}`
}
