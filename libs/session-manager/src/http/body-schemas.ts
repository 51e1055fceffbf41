import { isRecord } from '@mcp/protocol'
import type { BodyLimits } from '@mcp/http'
import * as z from 'zod'

/** Bounds of the bodies that a session manager reads. */
export interface SessionBodyLimits extends Readonly<Record<keyof BodyLimits, number>> {
  /** Maximum size of a session's metadata as JSON, in UTF-8. Default: 16 KiB. */
  readonly maxMetadataBytes: number
}

// Created on first use, so that importing this package does not create the schemas.
let schemas: ReturnType<typeof createSchemas> | undefined

function createSchemas() {
  const record = z
    .custom<Record<string, unknown>>(isRecord, 'must be an object')
    .meta({ type: 'object', additionalProperties: true })
  return {
    newSession: z.object({
      clientId: z.string().min(1).max(128).optional(),
      metadata: record.optional(),
      ttlMs: z.number().positive().optional(),
    }),
    modelCall: z.object({
      id: z.string().min(1).max(128),
      provider: z.string().min(1).max(128),
      model: z.string().min(1).max(200),
      status: z.string().min(1).max(64).default('success'),
      durationMs: z.number().nonnegative().optional(),
      bytes: z.int().nonnegative().optional(),
      content: z.unknown().optional(),
      source: z.string().min(1).max(128).default('mcp-client'),
    }),
    newServer: z.looseObject({
      name: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,40}$/, 'must be 1 to 40 letters, digits, "-" or "_"')
        .describe('Name of the server. The names of its tools start with it.'),
      url: z.string().optional().describe('Address of a server over Streamable HTTP or HTTP+SSE.'),
      headers: record.optional().describe('Headers of each request. They are never returned.'),
      type: z.enum(['stdio', 'http', 'sse']).optional(),
      command: z.string().optional().describe('Program of a server over stdio.'),
      args: z.array(z.string()).optional(),
      env: record.optional().describe('Environment variables. They are never returned.'),
      hub: record.optional().describe('Options, as in an MCP configuration file.'),
    }),
    approval: z.object({
      tools: z
        .array(z.string().min(1).max(200))
        .max(1000)
        .optional()
        .describe('Names of tools at the server. Default: all that have changed.'),
    }),
    interactionResponse: z.object({
      action: z.enum(['accept', 'decline', 'cancel']),
      content: record.optional(),
    }),
  }
}

/** Returns the schemas of the bodies that are not envelopes. */
export function bodySchemas() {
  return (schemas ??= createSchemas())
}
