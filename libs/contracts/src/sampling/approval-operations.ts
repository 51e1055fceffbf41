import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'

const approvalIdParam = () =>
  z.string().min(1).max(128).describe('The approval, as listPending gives it.')

/** What a person may change while approving: of a request its words and limits, of an answer its text. */
export const approvalEdits = () =>
  z.object({
    prompt: z.string().min(1).max(1_000_000).optional().describe('In place of the last user text.'),
    system: z.string().max(1_000_000).optional().describe('In place of the instructions.'),
    maxTokens: z.int().min(1).max(1_000_000).optional().describe('The longest answer, in tokens.'),
    temperature: z.number().min(0).max(2).optional().describe('How freely it answers.'),
    text: z.string().max(1_000_000).optional().describe('In place of the text of an answer.'),
  })

const decision = (action: 'approved' | 'rejected') =>
  z.object({ approvalId: z.string(), messageId: z.string(), action: z.literal(action) })

/** The operations of whoever approves: never a model. */
export const approvalOperations = {
  listPending: operation({
    title: 'List what waits for approval',
    description:
      'Lists the requests and answers of this session that wait for a person; an operator sees those of all sessions.',
    params: () => z.object(listParams('preview or purpose')),
    result: () =>
      listResult(
        z.object({
          approvalId: z.string(),
          messageId: z.string(),
          stage: z.enum(['request', 'response']),
          purpose: z.string().optional(),
          model: z.string().optional(),
          preview: z.string().describe('The beginning of what is to be approved.'),
          createdAt: z.string(),
          expiresAt: z.string().describe('When silence counts as a no.'),
        }),
      ),
    hints: { readOnly: true },
    audience: 'user',
    examples: [{ title: 'What waits for my approval?', params: {} }],
  }),
  approve: operation({
    title: 'Approve',
    description:
      'Lets a waiting request go to the model, or a waiting answer to its caller, as it is or with changes.',
    params: () =>
      z.object({
        approvalId: approvalIdParam(),
        edits: approvalEdits().optional().describe('Changes to what is approved. Default: none.'),
      }),
    result: () => decision('approved'),
    audience: 'user',
    errors: ['not-found', 'conflict'],
    examples: [
      {
        title: 'Approve approval-1, with answers of at most 100 tokens',
        params: { approvalId: 'approval-1', edits: { maxTokens: 100 } },
      },
    ],
  }),
  reject: operation({
    title: 'Reject',
    description: 'Refuses a waiting request or answer: its caller is told so, with the reason.',
    params: () =>
      z.object({
        approvalId: approvalIdParam(),
        reason: z.string().min(1).max(1000).describe('Why, for whoever asked.'),
      }),
    result: () => decision('rejected'),
    audience: 'user',
    errors: ['not-found', 'conflict'],
    examples: [
      {
        title: 'Reject approval-1, since it holds private data',
        params: { approvalId: 'approval-1', reason: 'It holds private data.' },
      },
    ],
  }),
}
