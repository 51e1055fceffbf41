import * as z from 'zod'

import { promptText } from './run-schemas.ts'

const object = z.record(z.string(), z.unknown())

const requestId = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters')

/** `POST /process` */
export const processBody = z.object({
  prompt: promptText,
  model: z.string().max(200).optional(),
  conversationId: z.string().min(1).max(100).optional(),
  allow: z
    .array(z.string().min(1).max(200))
    .max(100)
    .optional()
    .describe('Operations that require no approval, such as internet.fetch and roots.*.'),
})

/** `POST /tools/execute` */
export const executeBody = z.object({
  tool: z.string('must name a tool').min(1, 'must name a tool'),
  operation: z.string('must name an operation').min(1, 'must name an operation'),
  params: object.default({}),
})

/** `POST /requests` */
export const requestBody = z.object({
  type: z.string('must name a type of request').min(1, 'must name a type of request'),
  payload: object.default({}),
  id: requestId
    .optional()
    .describe('A request with the same id is not run again. Default: a new id.'),
})

/** `POST /sessions` */
export const sessionBody = z.object({
  clientId: z.string().min(1).max(200).optional(),
  metadata: object.optional(),
  ttlMs: z.int().positive().optional(),
})

/** `PUT /sessions/current` */
export const currentSessionBody = z.strictObject({
  handle: z.string().min(1).max(100).describe('Handle of one of the sessions of the caller.'),
})

/** Response of `POST /sessions` and of `GET` and `PUT /sessions/current`. */
export const sessionInfo = z.object({
  sessionId: z.string().describe('Grants access to the session. A page receives a shortened one.'),
  handle: z.string().describe('Names the session without granting access.'),
  clientId: z.string(),
  createdAt: z.string(),
  lastActivity: z.string(),
  expiresAt: z.string(),
  status: z.string(),
  metadata: object.readonly(),
})

/** Response of `GET /sessions`. */
export const sessionList = z.object({
  sessions: z
    .array(sessionInfo.omit({ sessionId: true }).extend({ isCurrent: z.boolean() }))
    .readonly(),
})

/** An entry of the activity. Only the response of `GET /activity/:seq` has `content`. */
export const activityEntry = z.object({
  seq: z.int().positive().describe('Position in the activity of the session.'),
  at: z.string(),
  kind: z.enum(['request', 'response', 'notification', 'interaction', 'model']),
  id: z.string().describe('Id of the request, notification, interaction or call of a model.'),
  server: z.string().optional(),
  operation: z.string(),
  from: z.string().describe('Program that sent the message.'),
  status: z
    .string()
    .optional()
    .describe(
      '"success" or an error code; of an interaction, "required" or the action of the response.',
    ),
  durationMs: z.number().optional(),
  bytes: z.number().optional(),
  preview: z.string().optional().describe('Start of the content as JSON, without secrets.'),
  content: z.unknown().optional().describe('The content, without secrets.'),
})

/** Response of `GET /activity`. */
export const activityPage = z.object({
  entries: z.array(activityEntry).readonly(),
  nextCursor: z.string().optional(),
  last: z
    .int()
    .describe('Position of the last entry of the session; 0 if there is none.')
    .optional(),
})
