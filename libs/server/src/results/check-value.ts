import type { Schema } from '@mcp/protocol'
import { isRecord, issuesOf, McpError, summarizeIssues } from '@mcp/protocol'
import * as z from 'zod'

/**
 * Whether a handler kept its word: the value fits the schema and has no key the schema leaves out.
 *
 * @throws McpError `internal`; the cause says what is wrong.
 */
export function checkValue(label: string, schema: Schema, value: unknown): void {
  const parsed = z.safeParse(schema, value)
  if (!parsed.success) {
    throw wrongValue(`${label}: ${summarizeIssues(issuesOf(parsed.error.issues))}`)
  }
  const extra = findExtraKey(value, parsed.data, label)
  if (extra !== undefined) throw wrongValue(`${extra} is not in the schema`)
}

function wrongValue(message: string): McpError {
  return McpError.internal(new McpError('internal', message))
}

// Results have no transforms, so what parsing left out is what the schema does not know.
function findExtraKey(value: unknown, kept: unknown, path: string): string | undefined {
  if (value === kept) return undefined
  if (Array.isArray(value) && Array.isArray(kept)) {
    return firstOf(value.keys(), (index) =>
      findExtraKey(value[index], kept[index], `${path}[${index}]`),
    )
  }
  if (!isRecord(value) || !isRecord(kept)) return undefined
  return firstOf(Object.keys(value), (key) => {
    if (value[key] === undefined) return undefined
    if (!Object.hasOwn(kept, key)) return `${path}.${key}`
    return findExtraKey(value[key], kept[key], `${path}.${key}`)
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
