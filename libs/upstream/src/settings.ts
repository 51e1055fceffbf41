import * as z from 'zod'

/**
 * Returns the schemas of the environment variables of upstream servers.
 *
 * @example
 * const config = z.object({ ...upstreamSettings() }).parse(process.env)
 */
export const upstreamSettings = () => ({
  MCP_CONFIG: z
    .string()
    .optional()
    .describe(
      'File with "mcpServers": standard MCP servers whose tools, resources and prompts are offered too. Not set: mcp.json in the working folder, or mcp/mcp.json in the configuration folder of the user.',
    ),
  MCP_OPERATORS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    .describe(
      'Callers that may add, remove and restart MCP servers, comma-separated: names in MCP_TOKENS, or issuer#subject of access tokens. Without authentication, programs on this machine may.',
    ),
  MCP_ALLOW_COMMANDS: z
    .stringbool({ error: 'must be true or false' })
    .default(false)
    .describe('Whether operators may add MCP servers that run a command on this machine.'),
})
