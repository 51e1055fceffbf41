import { shortenSessionId } from '@mcp/http'

const secretName = /authorization|cookie|token|secret|passw|api[-_]?key|^key$|credential/i
const sessionName = /^session(-?id)?$|^mcp-(context-)?session(-id)?$/i
const maxDepth = 6

/** Returns a copy of a value without secrets, for a log. Session ids are shortened to eight characters. */
export function redact(value: unknown, name = '', depth = 0): unknown {
  if (typeof value === 'string') {
    if (secretName.test(name)) return '[redacted]'
    return sessionName.test(name) ? shortenSessionId(value) : redactText(value)
  }
  if (typeof value !== 'object' || value === null) return value
  if (depth === maxDepth) return '[deeper]'
  if (value instanceof Error) return redactError(value, depth)
  if (Array.isArray(value)) return value.map((item) => redact(item, name, depth + 1))
  // Every text inside a secret is secret, such as the value of `{ token: { value } }`.
  const isSecret = secretName.test(name)
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      redact(item, isSecret ? name : key, depth + 1),
    ]),
  )
}

const sessionIds = /\bses-[\da-f]{8,}/gi

/**
 * Returns a text without the credentials of `Bearer` and `Basic` and without the user and password of URLs.
 * Session ids are shortened to eight characters.
 */
export function redactText(text: string): string {
  return text
    .replaceAll(sessionIds, shortenSessionId)
    .replaceAll(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]')
    .replaceAll(/(\w:\/\/)[^\s/@]+@/g, '$1[redacted]@')
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error
  return {
    name,
    message: redactText(message),
    ...('code' in error ? { code: error.code } : {}),
    ...('details' in error ? { details: redact(error.details, 'details', depth + 1) } : {}),
    ...(stack === undefined ? {} : { stack: redactText(stack) }),
    ...(cause === undefined ? {} : { cause: redact(cause, 'cause', depth + 1) }),
  }
}
