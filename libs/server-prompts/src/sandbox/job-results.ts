import { promptContent, promptMessage } from '@mcp/contracts/prompts'
import * as z from 'zod'

const words = z.array(z.string())

/** What the jobs of the worker answer: their results are read by these as they come over. */
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
    warnings: words,
    variables: words,
  }),
  render: z.object({
    messages: z.array(promptMessage().extend({ content: z.string() })),
    usedArguments: z.record(z.string(), z.unknown()),
    warnings: words,
  }),
  compare: z.object({ changed: words, patch: z.string() }),
  encode: z.string(),
  decode: z.object({
    name: z.string().optional(),
    message: z.string().optional(),
    createdAt: z.string().optional(),
    content: promptContent(),
    warnings: words,
  }),
}
