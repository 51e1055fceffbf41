import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import { usageSchema } from './message-shapes.ts'

const tally = () => z.object({ calls: z.int().min(0), ...usageSchema().shape })

/** The operations about what a session asked and used. */
export const recordOperations = {
  usage: operation({
    title: 'Tell the usage',
    description:
      'Tells how many tokens this session used, by model, and what is left of its budget.',
    params: () =>
      z.object({
        since: z
          .string()
          .max(64)
          .optional()
          .describe('Only what was used since, as ISO 8601. Default: all.'),
      }),
    result: () =>
      z.object({
        ...tally().shape,
        byModel: z.array(z.object({ model: z.string(), ...tally().shape })),
        recorded: tally().describe(
          'What llm-response recorded: answers from elsewhere, which count towards no budget.',
        ),
        budget: z.object({
          limit: z.int().optional().describe('Absent where there is none.'),
          used: z.int(),
          remaining: z.int().optional(),
        }),
        isComplete: z
          .boolean()
          .describe('False where single calls that far back are no longer kept.'),
      }),
    hints: { readOnly: true },
    examples: [
      { title: 'How many tokens did I use?', params: {} },
      {
        title: 'How many tokens did I use since 2026-01-01?',
        params: { since: '2026-01-01T00:00:00Z' },
      },
    ],
  }),
  recordExchange: operation({
    title: 'Record an exchange',
    description:
      "Records in the session's transcript a prompt that was answered elsewhere. The request type llm-response does the same.",
    params: () =>
      z.object({
        model: z.string().optional().describe('The model that answered.'),
        prompt: z.string().describe('What was asked.'),
        response: z.string().describe('What was answered.'),
        usage: usageSchema().optional().describe('The tokens it took.'),
      }),
    result: () => z.object({ exchangeId: z.string(), isCut: z.boolean() }),
    audience: 'user',
    examples: [
      {
        title: 'Record that "What is 2 and 3?" was answered with "5"',
        params: {
          prompt: 'What is 2 and 3?',
          response: '5',
          usage: { inputTokens: 7, outputTokens: 1 },
        },
      },
    ],
  }),
  transcript: operation({
    title: 'Read the transcript',
    description: 'Reads what was asked and answered in this session, the oldest first.',
    params: () => z.object(listParams('prompt or response')),
    result: () =>
      listResult(
        z.object({
          exchangeId: z.string(),
          at: z.string(),
          source: z.enum(['sampling', 'client']).describe('Who asked the model.'),
          prompt: z.string(),
          response: z.string(),
          model: z.string().optional(),
          usage: usageSchema().optional(),
          isCut: z.boolean().describe('Whether it was longer than what is kept.'),
        }),
      ),
    hints: { readOnly: true },
    examples: [{ title: 'What did I ask so far?', params: {} }],
  }),
}
