import * as z from 'zod'

import type { ApprovalReason } from '../agent/agent-event.ts'

/** A prompt. */
export const promptText = z
  .string('must be text')
  .trim()
  .min(1, 'must not be empty')
  .max(100_000, 'must have at most 100,000 characters')

const model = z.string().min(1).max(200).optional()

export const attachment = z.union([
  z.strictObject({ resource: z.string().min(1).max(2048) }),
  z.strictObject({ root: z.string().min(1).max(256), path: z.string().min(1).max(4096) }),
  z.strictObject({
    prompt: z.string().min(1).max(200),
    arguments: z.record(z.string(), z.unknown()).default({}),
  }),
])

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
    retry: messageId.optional().describe('Id of a message of the user to run again.'),
    edit: messageId.optional().describe('Id of a message of the user that "prompt" replaces.'),
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
  scope: z
    .literal('host')
    .optional()
    .describe('Limits the decision to the host that receives the data.'),
  arguments: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Arguments that replace those of the model.'),
})

/** `POST /interactions/:id` and `POST /runs/:id/interactions/:interactionId` */
export const interactionBody = z.object({
  action: z.enum(['accept', 'decline', 'cancel']),
  content: z.record(z.string(), z.unknown()).optional(),
})

const approvalReasons = [
  'changes',
  'leaves',
  'policy',
  'changed',
  'read-from-outside',
] as const satisfies readonly ApprovalReason[]

const labels = z.array(z.string()).readonly().optional()
const object = z.record(z.string(), z.unknown()).readonly()
const origin = { conversationId: z.string(), runId: z.string() }

/** Something that waits for the user. */
export const pendingItem = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('approval'),
    ...origin,
    approval: z.object({
      callId: z.string(),
      tool: z.string(),
      server: z.string(),
      operation: z.string(),
      arguments: object,
      reasons: z.array(z.enum(approvalReasons)).readonly(),
      changes: labels.describe('Changes of the operation since it was allowed.'),
      readFrom: labels.describe('Labels of the text from outside that the run has read.'),
      sendsTo: z.string().optional().describe('Host that receives data from the call.'),
      expiresAt: z.number().optional().describe('Milliseconds since the epoch.'),
    }),
  }),
  z.object({
    kind: z.literal('interaction'),
    ...origin,
    interaction: z.object({ interactionId: z.string(), data: object }),
  }),
])

/** Response of `GET /pending`. */
export const pendingList = z.object({ pending: z.array(pendingItem).readonly() })

/** Response of `GET /grants`. */
export const grantList = z.object({
  grants: z
    .array(
      z.object({
        id: z
          .string()
          .describe('Server, operation and host, such as "internet.fetch@example.com".'),
        server: z.string(),
        operation: z.string(),
        host: z.string().optional().describe('If set, only calls that send to this host.'),
      }),
    )
    .readonly(),
})
