import { accessSettings, networkSettings, settings } from '@mcp/node'
import { resourcesSettings } from '@mcp/server-resources/settings'
import * as z from 'zod'

/** The environment variables of the resources server. */
export const config = z.object({
  RESOURCES_SERVER_PORT: settings.RESOURCES_SERVER_PORT(),
  MCP_DATA_DIR: settings.MCP_DATA_DIR(),
  MCP_STARTER: settings.MCP_STARTER(),
  ...resourcesSettings(),
  ...accessSettings(),
  ...networkSettings(),
})

export type Config = z.output<typeof config>
