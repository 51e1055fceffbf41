import * as z from 'zod'

/** Returns the schemas of the server's environment variables. Spread them into the schema of an app. */
export const samplingSettings = () => ({
  SAMPLING_APPROVAL: z
    .enum(['never', 'request', 'response', 'both'])
    .default('never')
    .describe(
      'Stages of sampling that always require approval: never, request (before the model receives it), response (before the caller receives it) or both.',
    ),
  SAMPLING_TOKEN_BUDGET: z
    .union([z.literal('none').transform(() => Infinity), z.coerce.number().int().min(1)], {
      error: 'must be a number of tokens, or none',
    })
    .default(1_000_000)
    .describe('Maximum number of tokens per session, input and output; none for no limit.'),
  SAMPLING_OPERATORS: z
    .string()
    .transform((names) =>
      names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    .default([])
    .describe(
      'Callers, comma-separated, that see and decide the approvals of every session, and configure language models in the hub. A caller is a name in MCP_TOKENS, or issuer#subject of an access token.',
    ),
})
