import { accessSettings, networkSettings, settings } from '@mcp/node'
import { promptsSettings } from '@mcp/server-prompts/settings'
import * as z from 'zod'

/** The environment variables of the prompts server. */
export const config = z.object({
  PROMPTS_SERVER_PORT: settings.PROMPTS_SERVER_PORT(),
  MCP_DATA_DIR: settings.MCP_DATA_DIR(),
  MCP_STARTER: settings.MCP_STARTER(),
  ...promptsSettings(),
  ...accessSettings(),
  ...networkSettings(),
})

export type Config = z.output<typeof config>
