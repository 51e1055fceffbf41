import { mcpSettings } from '@mcp/bridge/settings'
import { callerSettings, networkSettings, settings } from '@mcp/node'
import { policySettings } from '@mcp/policy/settings'
import { guardedFetchSettings } from '@mcp/server-internet/settings'
import { storeSettings } from '@mcp/store-file/settings'
import { redisSettings } from '@mcp/store-redis/settings'
import { upstreamSettings } from '@mcp/upstream/settings'
import * as z from 'zod'

/** The environment variables of the session manager. */
export const config = z.object({
  SESSION_MANAGER_PORT: settings.SESSION_MANAGER_PORT(),
  RESOURCES_SERVER_PORT: settings.RESOURCES_SERVER_PORT(),
  SAMPLING_SERVER_PORT: settings.SAMPLING_SERVER_PORT(),
  TOOLS_SERVER_PORT: settings.TOOLS_SERVER_PORT(),
  DATABASE_SERVER_PORT: settings.DATABASE_SERVER_PORT(),
  INTERNET_SERVER_PORT: settings.INTERNET_SERVER_PORT(),
  ROOTS_SERVER_PORT: settings.ROOTS_SERVER_PORT(),
  PROMPTS_SERVER_PORT: settings.PROMPTS_SERVER_PORT(),
  RESOURCES_SERVER_URL: settings.RESOURCES_SERVER_URL(),
  SAMPLING_SERVER_URL: settings.SAMPLING_SERVER_URL(),
  TOOLS_SERVER_URL: settings.TOOLS_SERVER_URL(),
  DATABASE_SERVER_URL: settings.DATABASE_SERVER_URL(),
  INTERNET_SERVER_URL: settings.INTERNET_SERVER_URL(),
  ROOTS_SERVER_URL: settings.ROOTS_SERVER_URL(),
  PROMPTS_SERVER_URL: settings.PROMPTS_SERVER_URL(),
  SERVER_URLS: settings.SERVER_URLS(),
  MCP_DATA_DIR: settings.MCP_DATA_DIR(),
  ...storeSettings(),
  ...redisSettings(),
  ...callerSettings(),
  ...mcpSettings(),
  MCP_SECRET: settings.MCP_SECRET(),
  ...upstreamSettings(),
  ...policySettings(),
  // Settings for requests to the authorization servers of MCP servers.
  ...guardedFetchSettings(),
  MCP_INTERNAL_TOKEN: settings.MCP_INTERNAL_TOKEN(),
  ...networkSettings(),
})

export type Config = z.output<typeof config>
