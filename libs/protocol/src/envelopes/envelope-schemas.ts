import * as z from 'zod'

import { isErrorCode } from '../errors/error-codes.ts'
import { isRecord } from '../is-record.ts'
import { maxTimeoutMs } from '../limits.ts'
import { once } from '../once.ts'
import { parseTimestamp } from './timestamp.ts'

// Each schema is built on first use, so that a program that never parses envelopes does not spend
// time on building it.
const idSchema = once(() =>
  z.string().regex(/^[\x20-\x7e]{1,128}$/, 'must be 1 to 128 printable ASCII characters'),
)

const typeSchema = once(() =>
  z
    .string()
    .max(64, 'must be at most 64 characters')
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be kebab-case, such as "tool-execution"'),
)

const timestampSchema = once(() =>
  z
    .string()
    .max(64)
    .refine(
      (text) => parseTimestamp(text) !== undefined,
      'must be an ISO 8601 timestamp, such as "2026-11-22T06:31:10.123Z"',
    ),
)

const metadataSchema = once(() =>
  z.looseObject({
    version: z
      .string()
      .regex(/^\d{1,9}\.\d{1,9}$/, 'must be "major.minor", such as "1.0"')
      .optional(),
    source: z.string().min(1).max(128).optional(),
    timeoutMs: z
      .number()
      .positive()
      .max(maxTimeoutMs, `must be at most ${maxTimeoutMs} (one day)`)
      .optional(),
    traceparent: z.string().max(256).optional(),
    tracestate: z.string().max(2048).optional(),
    sessionId: z.string().max(256).optional(),
    principal: z.string().max(1024).optional(),
  }),
)

// `z.record` is not used, because it drops a key named `__proto__`, and payloads must not be changed.
const objectSchema = once(() =>
  z
    .custom<Record<string, unknown>>(isRecord, 'must be an object')
    .meta({ type: 'object', additionalProperties: true }),
)

const errorBodySchema = once(() =>
  z.object({
    code: z.custom(isErrorCode, 'must be an error code of the protocol, or start with "x-"'),
    message: z.string(),
    retryable: z.boolean(),
    details: objectSchema().optional(),
  }),
)

const requestSchema = once(() =>
  z.object({
    id: idSchema().optional(),
    timestamp: timestampSchema().optional(),
    type: typeSchema(),
    payload: objectSchema().optional(),
    metadata: metadataSchema().optional(),
  }),
)

const responseSchema = once(() =>
  z.discriminatedUnion('status', [
    z.object({
      id: z.string(),
      timestamp: timestampSchema().optional(),
      status: z.literal('success'),
      data: objectSchema(),
      metadata: metadataSchema().optional(),
    }),
    z.object({
      id: z.string(),
      timestamp: timestampSchema().optional(),
      status: z.literal('error'),
      error: errorBodySchema(),
      metadata: metadataSchema().optional(),
    }),
  ]),
)

const notificationSchema = once(() =>
  z.object({
    id: idSchema().optional(),
    timestamp: timestampSchema().optional(),
    type: typeSchema(),
    data: objectSchema().optional(),
    metadata: metadataSchema()
      .extend({ sessionIds: z.array(z.string().max(256)).max(100_000).optional() })
      .optional(),
  }),
)

/** Schemas of received envelopes. A field is optional if the parser fills it in. */
export const envelopeSchemas = {
  request: requestSchema,
  response: responseSchema,
  notification: notificationSchema,
} as const
