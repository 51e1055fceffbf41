import * as z from 'zod'

import type { RunEndReason } from '../agent/agent-event.ts'

const name = z.string().min(1).max(200)
const names = z.array(name).max(200).readonly()
const time = z.int().nonnegative().describe('Milliseconds since the epoch.')

/** `POST /conversations` */
export const conversationSettings = z.strictObject({
  title: z.string().trim().min(1, 'must not be empty').max(200).optional(),
  model: name.optional().describe('Default: the model of the provider.'),
  policy: z
    .enum(['changes-or-leaves', 'changes', 'always'])
    .optional()
    .describe('Which calls require approval. Default: changes-or-leaves.'),
  tools: z
    .strictObject({
      off: names.optional().describe('Tools that the model cannot use.'),
      pinned: names.optional().describe('Tools whose definitions the model always receives.'),
    })
    .optional()
    .describe('Names of servers, or complete names of operations such as roots.delete.'),
})

/** `PATCH /conversations/:id` */
export const conversationChanges = conversationSettings.extend({
  clearGrants: z.boolean().optional().describe('Removes the decisions for this conversation.'),
})

/** `GET /conversations` */
export const conversationQuery = z.object({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  query: z.string().max(200).optional().describe('Part of the title.'),
})

/** `GET /conversations/:id/export` */
export const exportQuery = z.object({ format: z.enum(['markdown', 'json']).default('json') })

/** Every reason for the end of a run. */
export const runEndReasons = [
  'answered',
  'stopped',
  'interrupted',
  'failed',
  'step-limit',
  'call-limit',
  'token-limit',
  'repeated-call',
  'length',
  'content-filter',
] as const satisfies readonly RunEndReason[]

export const runInfo = z.object({
  runId: z.string(),
  number: z.int().positive().describe('Number of the run in its conversation.'),
  state: z.enum(['running', 'finished']),
  startedAt: time,
  endedAt: time.optional(),
  reason: z.enum(runEndReasons).optional(),
  prompt: z.string().optional(),
  continues: z.string().optional().describe('Id of the run that this one continues.'),
  isDiscarded: z
    .literal(true)
    .optional()
    .describe('Set if a retry or an edit discarded the messages of the run.'),
})

export const conversationView = conversationSettings.extend({
  id: z.string(),
  title: z.string(),
  createdAt: time,
  updatedAt: time,
  grants: z
    .array(
      z.object({
        server: z.string(),
        operation: z.string(),
        scope: z.enum(['conversation', 'always']),
        host: z.string().optional(),
      }),
    )
    .readonly(),
  runs: z.array(runInfo).readonly(),
  session: z
    .object({ openedAt: time, replacedAt: time.optional() })
    .optional()
    .describe('"replacedAt" is set if this session replaced one that had ended.'),
  isTrimmed: z
    .boolean()
    .describe('Whether the oldest part was removed because the conversation was too long.'),
})

const toolCall = z.object({
  id: z.string(),
  name: z.string(),
  arguments: z.unknown(),
  providerData: z.unknown().optional(),
})

/** A message of the history for the model. */
export const modelMessage = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), content: z.string(), prompt: z.string().optional() }),
  z.object({
    role: z.literal('assistant'),
    content: z.string(),
    toolCalls: z.array(toolCall).readonly().optional(),
    providerData: z.unknown().optional(),
  }),
  z.object({
    role: z.literal('tool'),
    toolCallId: z.string(),
    toolName: z.string(),
    content: z.string(),
    isError: z.boolean().optional(),
    result: z.unknown().optional(),
  }),
])

/** `GET /conversations/:id` */
export const conversationDetail = conversationView.extend({
  messages: z.array(z.object({ messageId: z.string(), message: modelMessage })).readonly(),
})

const evicted = z
  .array(z.string())
  .readonly()
  .describe('Ids of conversations that were removed because of the limits.')

/** Response of `POST /conversations` and `POST /conversations/import`. */
export const createdConversation = conversationView.extend({ evicted })

/** Response of `GET /conversations`. */
export const conversationPage = z.object({
  conversations: z.array(conversationView).readonly(),
  cursor: z.string().optional().describe('Absent on the last page.'),
})

/** Response of `POST /conversations/:id/runs` and `POST /runs/:id/continue`. */
export const startedRun = z.object({ runId: z.string(), evicted })

/** A conversation as a document. */
export const conversationDocument = z.object({
  format: z.literal('mcp-conversation'),
  version: z.literal(1),
  settings: conversationSettings,
  runs: z.array(runInfo.omit({ runId: true, continues: true })).readonly(),
  entries: z.array(z.unknown()).readonly(),
})
