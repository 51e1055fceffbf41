import type * as z from 'zod'

import { issuesOf, summarizeIssues } from './issues.ts'
import { McpError } from './mcp-error.ts'

/**
 * A value as its schema reads it; `what` names it in the message.
 *
 * @throws McpError `invalid-request` that says what is wrong, and where.
 */
export function parseValue<Schema extends z.ZodType>(
  what: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = issuesOf(parsed.error.issues)
  throw new McpError('invalid-request', `The ${what} is wrong: ${summarizeIssues(issues)}`, {
    details: { issues },
  })
}
