import { openApi } from '@mcp/http'
import type { JsonSchema } from '@mcp/protocol'
import { toJsonSchema } from '@mcp/protocol'
import type * as z from 'zod'

/** A call of the REST API, as it is described in the OpenAPI document. */
export interface OpenApiCall {
  readonly path: string
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  readonly id: string
  readonly summary: string
  readonly body?: z.ZodType
  /** Query parameters. */
  readonly parameters?: readonly JsonSchema[]
  readonly example?: unknown
  readonly responses: Readonly<Record<number, JsonSchema>>
  readonly isPublic?: boolean
}

/** Returns the description of a response with the JSON of a schema. */
export function responseWith(description: string, schema: z.ZodType): JsonSchema {
  return openApi.responseOf(description, toJsonSchema(schema, 'output'))
}

/** Returns the query parameters of a schema. */
export function queryOf(schema: z.ZodObject): JsonSchema[] {
  return Object.entries(schema.shape).map(([name, each]) => ({
    name,
    in: 'query',
    schema: toJsonSchema(each, 'input'),
  }))
}
