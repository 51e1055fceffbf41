import {
  decodeJsonBody,
  issuesOf,
  McpError,
  parseJson,
  readBody,
  summarizeIssues,
} from '@mcp/protocol'
import type * as z from 'zod'

/**
 * A request's JSON body, as its schema sees it. No body at all counts as `{}`.
 *
 * @throws McpError with what is wrong and where.
 */
export async function readJsonBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.output<Schema>> {
  const body = await readBody(request)
  const text = decodeJsonBody(body, request.headers.get('content-type') ?? undefined)
  const parsed = schema.safeParse(text === '' ? {} : parseJson(text))
  if (parsed.success) return parsed.data
  const issues = issuesOf(parsed.error.issues)
  throw new McpError('invalid-request', `The body is wrong: ${summarizeIssues(issues)}`, {
    details: { issues },
  })
}
