import * as z from 'zod'

/** The variables of the prompts server. */
export const promptsSettings = () => ({
  PROMPTS_DIR: z
    .string()
    .min(1)
    .optional()
    .describe('The folder that holds the prompts as files. Not set: prompts in MCP_DATA_DIR.'),
  PROMPTS_STARTER: z
    .stringbool({ error: 'must be true or false' })
    .default(true)
    .describe('Whether a folder without prompts is filled with ten to start from.'),
  PROMPTS_WATCH: z
    .stringbool({ error: 'must be true or false' })
    .default(true)
    .describe(
      'Whether clients are told when somebody changes the files; they are read in any case.',
    ),
})
