import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import { usageSchema } from './message-shapes.ts'

const tally = () => z.object({ calls: z.int().min(0), ...usageSchema().shape })

/** Operations on the usage and the transcript of a session. */
export const recordOperations = {
  usage: operation({
    title: 'Get the usage',
    description:
      'Returns the number of tokens that this session used, by model, and the rest of its budget.',
    params: () =>
      z.object({
        since: z
          .string()
          .max(64)
          .optional()
          .describe('Start of the period, as ISO 8601. Default: the whole session.'),
      }),
    result: () =>
      z.object({
        ...tally().shape,
        byModel: z.array(z.object({ model: z.string(), ...tally().shape })),
        recorded: tally().describe(
          'Usage of responses that were generated elsewhere and recorded with recordExchange or llm-response. It does not count towards the budget.',
        ),
        budget: z.object({
          limit: z.int().optional().describe('Absent if there is no limit.'),
          used: z.int(),
          remaining: z.int().optional(),
        }),
        isComplete: z
          .boolean()
          .describe('False if some calls of the period are no longer recorded.'),
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
      'Adds a prompt and its response to the transcript of the session. The response was generated elsewhere. A request of type llm-response does the same.',
    params: () =>
      z.object({
        model: z.string().optional().describe('Name of the model.'),
        prompt: z.string().describe('The prompt.'),
        response: z.string().describe('The response.'),
        usage: usageSchema().optional().describe('Tokens used.'),
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
    description: 'Returns the prompts and responses of this session, the oldest first.',
    params: () => z.object(listParams('prompt or response')),
    result: () =>
      listResult(
        z.object({
          exchangeId: z.string(),
          at: z.string(),
          source: z.enum(['sampling', 'client']).describe('Origin of the exchange.'),
          prompt: z.string(),
          response: z.string(),
          model: z.string().optional(),
          usage: usageSchema().optional(),
          isCut: z.boolean().describe('Whether the exchange was truncated because of its length.'),
        }),
      ),
    hints: { readOnly: true },
    examples: [{ title: 'What did I ask so far?', params: {} }],
  }),
}
