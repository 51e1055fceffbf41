import type { Schema } from '@mcp/protocol'
import { isRecord, issuesOf, McpError, summarizeIssues } from '@mcp/protocol'
import * as z from 'zod'

/**
 * Validates a result or chunk of a handler. It must match the schema and must not have other keys.
 *
 * @throws McpError `internal` if it is invalid. The cause of the error describes the mismatch.
 */
export function checkValue(label: string, schema: Schema, value: unknown): void {
  const parsed = z.safeParse(schema, value)
  if (!parsed.success) {
    throw invalidValue(`${label}: ${summarizeIssues(issuesOf(parsed.error.issues))}`)
  }
  const extra = findExtraKey(value, parsed.data, label)
  if (extra !== undefined) throw invalidValue(`${extra} is not in the schema`)
}

function invalidValue(message: string): McpError {
  return McpError.internal(new McpError('internal', message))
}

// Result schemas have no transforms, so parsing drops exactly the keys that are not in the schema.
function findExtraKey(value: unknown, parsed: unknown, path: string): string | undefined {
  if (value === parsed) return undefined
  if (Array.isArray(value) && Array.isArray(parsed)) {
    return firstOf(value.keys(), (index) =>
      findExtraKey(value[index], parsed[index], `${path}[${index}]`),
    )
  }
  if (!isRecord(value) || !isRecord(parsed)) return undefined
  return firstOf(Object.keys(value), (key) => {
    if (value[key] === undefined) return undefined
    if (!Object.hasOwn(parsed, key)) return `${path}.${key}`
    return findExtraKey(value[key], parsed[key], `${path}.${key}`)
  })
}

function firstOf<Item>(
  items: Iterable<Item>,
  find: (item: Item) => string | undefined,
): string | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
