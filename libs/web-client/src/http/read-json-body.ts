import { readBody, readOptionalJson } from '@mcp/http'
import { parseValue } from '@mcp/protocol'
import type * as z from 'zod'

/**
 * Reads the JSON body of a request and validates it with a schema. An empty body counts as `{}`, but a request
 * from a web page needs the content type JSON even without a body.
 *
 * @throws McpError `invalid-request` with the issues if the schema rejects the body, or for a missing or
 * unsupported content type. `payload-too-large` if a limit is exceeded, `parse-error` for invalid JSON or an
 * incomplete body, `unavailable` if the bodies that this process is reading are too large together.
 */
export async function readJsonBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  maxBodyBytes: number | undefined,
): Promise<z.output<Schema>> {
  const body = await readBody(request, maxBodyBytes)
  const header = (name: string): string | undefined => request.headers.get(name) ?? undefined
  return parseValue('body', schema, readOptionalJson({ body, header }, { maxBodyBytes }))
}
