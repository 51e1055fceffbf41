import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'

const approvalIdParam = () =>
  z.string().min(1).max(128).describe('Id of the approval, from listPending.')

/**
 * Edits of the approving user. `text` edits a response; all other fields edit a request.
 */
export const approvalEdits = () =>
  // The object is strict, because a misspelled edit would otherwise approve the unedited text.
  z.strictObject({
    prompt: z.string().min(1).max(1_000_000).optional().describe('Replaces the last user text.'),
    system: z.string().max(1_000_000).optional().describe('Replaces the system instructions.'),
    maxTokens: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('Replaces the maximum length of the response, in tokens.'),
    temperature: z.number().min(0).max(2).optional().describe('Replaces the sampling temperature.'),
    text: z.string().max(1_000_000).optional().describe('Replaces the text of a response.'),
  })

const decision = (action: 'approved' | 'rejected') =>
  z.object({ approvalId: z.string(), messageId: z.string(), action: z.literal(action) })

/** Operations for the user who approves requests and responses. They are not offered to models. */
export const approvalOperations = {
  listPending: operation({
    title: 'List pending approvals',
    description:
      'Lists the requests and responses of this session that await approval. For an operator, lists the requests and responses of all sessions.',
    params: () => z.object(listParams('preview or purpose')),
    result: () =>
      listResult(
        z.object({
          approvalId: z.string(),
          messageId: z.string(),
          stage: z.enum(['request', 'response']),
          purpose: z.string().optional(),
          model: z.string().optional(),
          preview: z.string().describe('Beginning of the text to approve.'),
          createdAt: z.string(),
          expiresAt: z
            .string()
            .describe('Time at which the pending request or response is rejected automatically.'),
        }),
      ),
    hints: { readOnly: true },
    audience: 'user',
    examples: [{ title: 'What waits for my approval?', params: {} }],
  }),
  approve: operation({
    title: 'Approve',
    description: 'Approves a pending request or response, unchanged or with edits.',
    params: () =>
      z.object({
        approvalId: approvalIdParam(),
        edits: approvalEdits()
          .optional()
          .describe('Edits to the request or response. Default: none.'),
      }),
    result: () => decision('approved'),
    audience: 'user',
    errors: ['not-found', 'conflict'],
    examples: [
      {
        title: 'Approve approval-1, with answers of at most 100 tokens',
        params: { approvalId: 'approval-1', edits: { maxTokens: 100 } },
        requires: 'the approvalId of listPending',
      },
    ],
  }),
  reject: operation({
    title: 'Reject',
    description:
      'Rejects a pending request or response. The caller receives an error with the reason.',
    params: () =>
      z.object({
        approvalId: approvalIdParam(),
        reason: z.string().min(1).max(1000).describe('Reason, shown to the caller.'),
      }),
    result: () => decision('rejected'),
    audience: 'user',
    errors: ['not-found', 'conflict'],
    examples: [
      {
        title: 'Reject approval-1, since it holds private data',
        params: { approvalId: 'approval-1', reason: 'It holds private data.' },
        requires: 'the approvalId of listPending',
      },
    ],
  }),
}
