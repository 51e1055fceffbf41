import {
  bodyTooLarge,
  decodeJsonBody,
  isRecord,
  issuesOf,
  McpError,
  parseJson,
  summarizeIssues,
} from '@mcp/protocol'
import type { HotRequest } from '@mcp/protocol'
import * as z from 'zod'

/** What every hop refuses before it reads on. */
export interface BodyLimits {
  /** The longest body, in bytes. Default: 4 MiB. */
  readonly bodyBytes: number
  /** The deepest nesting of a body. Default: 128. */
  readonly depth: number
  /** The longest metadata of a session, in characters of JSON. Default: 16 KiB. */
  readonly metadataBytes: number
}

/**
 * The JSON value a request carries.
 *
 * @throws McpError `payload-too-large`, `parse-error`, or `invalid-request` for another content type.
 */
export function readJson(request: HotRequest, limits: BodyLimits): unknown {
  const { body } = request
  if (body.byteLength > limits.bodyBytes) throw bodyTooLarge(limits.bodyBytes)
  return parseJson(decodeJsonBody(body, request.header('content-type')), limits.depth)
}

/** The same, where no body means an empty object. */
export function readOptionalJson(request: HotRequest, limits: BodyLimits): unknown {
  return request.body.byteLength === 0 ? {} : readJson(request, limits)
}

// Built on first use: importing this package must not cost a program that never opens a session.
let schemas: ReturnType<typeof createSchemas> | undefined

function createSchemas() {
  const record = z.custom<Record<string, unknown>>(isRecord, 'must be an object')
  return {
    session: z.object({
      clientId: z.string().min(1).max(128).optional(),
      metadata: record.optional(),
      ttlMs: z.number().positive().optional(),
    }),
    answer: z.object({
      action: z.enum(['accept', 'decline', 'cancel']),
      content: record.optional(),
    }),
  }
}

/** The schemas of what is posted and is no envelope. */
export function bodySchemas() {
  return (schemas ??= createSchemas())
}

/** @throws McpError `invalid-request` */
export function parseBody<Schema extends z.ZodType>(
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
