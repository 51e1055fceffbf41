import type { JsonSchema } from '@mcp/protocol'
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
