import { settingsSchema } from '@mcp/conversations'
import * as z from 'zod'

export const promptText = z
  .string('must be text')
  .trim()
  .min(1, 'must not be empty')
  .max(100_000, 'must have at most 100,000 characters')

const model = z.string().min(1).max(200).optional()

/** `POST /conversations` */
export const conversationBody = settingsSchema

/** `PATCH /conversations/:id` */
export const changesBody = settingsSchema.extend({
  /** Removes the decisions for this conversation. */
  clearGrants: z.boolean().optional(),
})

const attachment = z.union([
  z.strictObject({ resource: z.string().min(1).max(2048) }),
  z.strictObject({ root: z.string().min(1).max(256), path: z.string().min(1).max(4096) }),
  z.strictObject({
    prompt: z.string().min(1).max(200),
    arguments: z.record(z.string(), z.unknown()).default({}),
  }),
])
export type Attachment = z.output<typeof attachment>

const runLimits = z.strictObject({
  steps: z.int().min(1).max(100).optional(),
  calls: z.int().min(1).max(500).optional(),
  tokens: z.int().min(1000).max(10_000_000).optional(),
})

const messageId = z.string().min(1).max(100)

/** `POST /conversations/:id/runs` */
export const runBody = z
  .strictObject({
    prompt: promptText.optional(),
    retry: messageId.optional(),
    edit: messageId.optional(),
    attachments: z.array(attachment).max(20).default([]),
    model,
    limits: runLimits.optional(),
  })
  .refine(({ prompt, retry }) => prompt !== undefined || retry !== undefined, {
    path: ['prompt'],
    error: 'must not be empty',
  })
  .refine(({ prompt, edit, retry }) => retry === undefined || (prompt ?? edit) === undefined, {
    path: ['retry'],
    error: 'must not be combined with "prompt" or "edit"',
  })

/** `POST /runs/:id/continue` */
export const continueBody = z.strictObject({ model, limits: runLimits.optional() })

/** `POST /runs/:id/calls/:callId/decision` */
export const decisionBody = z.strictObject({
  decision: z.enum(['once', 'conversation', 'always', 'deny']),
  /** Limits the decision to the host that receives the data. */
  scope: z.literal('host').optional(),
  arguments: z.record(z.string(), z.unknown()).optional(),
})

/** `GET /conversations` */
export const listQuery = z.object({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  query: z.string().max(200).optional(),
})

/** `GET /conversations/:id/export` */
export const exportQuery = z.object({ format: z.enum(['markdown', 'json']).default('json') })
