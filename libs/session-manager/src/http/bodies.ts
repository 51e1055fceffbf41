import { readJson } from '@mcp/http'
import { isRecord } from '@mcp/protocol'
import type { BodyLimits, RawRequest } from '@mcp/http'
import * as z from 'zod'

/** Limits of the bodies that a session manager reads. */
export interface SessionBodyLimits extends Readonly<Record<keyof BodyLimits, number>> {
  /** The longest metadata of a session, in characters of JSON. Default: 16 KiB. */
  readonly metadataBytes: number
}

/** The JSON value a request carries, where no body means an empty object. */
export function readOptionalJson(request: RawRequest, limits: BodyLimits): unknown {
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
