import { promptContent, promptMessage } from '@mcp/contracts/prompts'
import * as z from 'zod'

const texts = z.array(z.string())

/** Schemas of the job results. The results are untrusted, because the workers run untrusted templates. */
export const jobResults = {
  check: z.object({
    issues: z.array(
      z.object({
        path: z.array(z.union([z.string(), z.number()])),
        message: z.string(),
        reason: z.string(),
        line: z.int().optional(),
        column: z.int().optional(),
      }),
    ),
    warnings: texts,
    variables: texts,
  }),
  render: z.object({
    messages: z.array(promptMessage().extend({ content: z.string() })),
    usedArguments: z.record(z.string(), z.unknown()),
    warnings: texts,
  }),
  compare: z.object({ changed: texts, patch: z.string() }),
  encode: z.string(),
  decode: z.object({
    name: z.string().optional(),
    message: z.string().optional(),
    createdAt: z.string().optional(),
    content: promptContent(),
    warnings: texts,
  }),
}
