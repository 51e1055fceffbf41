import * as z from 'zod'

import { splitList } from '../environment/split-list.ts'

/** The variables of the sampling server. */
export const samplingSettings = () => ({
  SAMPLING_APPROVAL: z
    .enum(['never', 'request', 'response', 'both'])
    .default('never')
    .describe(
      'What a person approves at least, before a model sees a request or a caller its answer: never, request, response or both.',
    ),
  SAMPLING_TOKEN_BUDGET: z
    .union([z.literal('none').transform(() => Infinity), z.coerce.number().int().min(1)], {
      error: 'must be a number of tokens, or none',
    })
    .default(1_000_000)
    .describe('The tokens, read and written, that a session may use; none for no limit.'),
  SAMPLING_OPERATORS: z
    .string()
    .transform(splitList)
    .default([])
    .describe(
      'The names of MCP_TOKENS that see and decide the approvals of every session; commas between.',
    ),
})
