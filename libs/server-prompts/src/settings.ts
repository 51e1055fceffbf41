import * as z from 'zod'

/**
 * Returns the schemas of the environment variables of the prompts server.
 *
 * @example
 * const config = z.object({ ...promptsSettings() }).parse(process.env)
 */
export const promptsSettings = () => ({
  PROMPTS_DIR: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of the prompt files. Default: the folder "prompts" in MCP_DATA_DIR.'),
  PROMPTS_STARTER: z
    .stringbool({ error: 'must be true or false' })
    .default(true)
    .describe('Whether a folder without prompts is filled with ten starter prompts.'),
  PROMPTS_WATCH: z
    .stringbool({ error: 'must be true or false' })
    .default(true)
    .describe(
      'Whether clients are notified of changes on disk. Requests return the changes in any case.',
    ),
})
