import { readBody, readJson } from '@mcp/http'
import { parseValue } from '@mcp/protocol'
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
  const header = (name: string): string | undefined => request.headers.get(name) ?? undefined
  return parseValue('body', schema, body.byteLength === 0 ? {} : readJson({ body, header }))
}
