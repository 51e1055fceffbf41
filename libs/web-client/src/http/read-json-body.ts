import { readBody, readOptionalJson } from '@mcp/http'
import { parseValue } from '@mcp/protocol'
import type * as z from 'zod'

/**
 * Reads the JSON body of a request and validates it with a schema. An empty body counts as `{}`.
 *
 * @throws McpError `invalid-params` with the problem and its path.
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
