import { llmSettings } from '@mcp/llm/settings'
import { callerSettings, networkSettings, settings } from '@mcp/node'
import { redisSettings } from '@mcp/store-redis/settings'
import * as z from 'zod'

/** The environment variables of the client. */
export const config = z.object({
  CLIENT_PORT: settings.CLIENT_PORT(),
  SESSION_MANAGER_PORT: settings.SESSION_MANAGER_PORT(),
  SESSION_MANAGER_URL: settings.SESSION_MANAGER_URL(),
  MCP_DATA_DIR: settings.MCP_DATA_DIR(),
  ...redisSettings(),
  MCP_SECRET: settings.MCP_SECRET(),
  ...llmSettings(),
  ...callerSettings(),
  ...networkSettings(),
})

export type Config = z.output<typeof config>
