import type * as z from 'zod'

import { issuesOf, summarizeIssues } from './issues.ts'
import { McpError } from './mcp-error.ts'

/**
 * Parses a value with its schema. `what` names the value in the error message.
 *
 * @throws McpError `invalid-request` with the issues.
 */
export function parseValue<Schema extends z.ZodType>(
  what: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = issuesOf(parsed.error.issues)
  throw new McpError('invalid-request', `Invalid ${what}: ${summarizeIssues(issues)}`, {
    details: { issues },
  })
}
