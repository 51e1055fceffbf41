import { isRecord } from '@mcp/protocol'
import type { BodyLimits } from '@mcp/http'
import * as z from 'zod'

/** Bounds of the bodies that a session manager reads. */
export interface SessionBodyLimits extends Readonly<Record<keyof BodyLimits, number>> {
  /** Maximum length of a session's metadata as JSON, in characters. Default: 16,384. */
  readonly maxMetadataBytes: number
}

// Created on first use, so that importing this package does not create the schemas.
let schemas: ReturnType<typeof createSchemas> | undefined

function createSchemas() {
  const record = z.custom<Record<string, unknown>>(isRecord, 'must be an object')
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
