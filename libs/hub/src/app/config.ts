import { mcpSettings } from '@mcp/bridge/settings'
import { llmSettings } from '@mcp/llm/settings'
import { callerSettings, networkSettings, settings } from '@mcp/node'
import { policySettings } from '@mcp/policy/settings'
import { databaseSettings } from '@mcp/server-database/settings'
import { internetSettings } from '@mcp/server-internet/settings'
import { promptsSettings } from '@mcp/server-prompts/settings'
import { resourcesSettings } from '@mcp/server-resources/settings'
import { rootsSettings } from '@mcp/server-roots/settings'
import { samplingSettings } from '@mcp/server-sampling/settings'
import { storeSettings } from '@mcp/store-file/settings'
import { redisSettings } from '@mcp/store-redis/settings'
import { upstreamSettings } from '@mcp/upstream/settings'
import * as z from 'zod'

/** The environment variables of the hub. */
export const hubConfig = z.object({
  CLIENT_PORT: settings.CLIENT_PORT(),
  SESSION_MANAGER_PORT: settings.SESSION_MANAGER_PORT(),
  ...llmSettings(),
  MCP_DATA_DIR: settings.MCP_DATA_DIR(),
  MCP_STARTER: settings.MCP_STARTER(),
  ...storeSettings(),
  ...redisSettings(),
  ...callerSettings(),
  ...mcpSettings(),
  MCP_SECRET: settings.MCP_SECRET(),
  ...upstreamSettings(),
  ...policySettings(),
  MCP_INTERNAL_TOKEN: settings.MCP_INTERNAL_TOKEN(),
  ...resourcesSettings(),
  ...samplingSettings(),
  ...databaseSettings(),
  ...internetSettings(),
  ...rootsSettings(),
  ...promptsSettings(),
  ...networkSettings(),
})

export type HubConfig = z.output<typeof hubConfig>
