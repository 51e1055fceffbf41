import { accessSettings, networkSettings, settings } from '@mcp/node'
import { rootsSettings } from '@mcp/server-roots/settings'
import * as z from 'zod'

/** The environment variables of the roots server. */
export const config = z.object({
  ROOTS_SERVER_PORT: settings.ROOTS_SERVER_PORT(),
  MCP_DATA_DIR: settings.MCP_DATA_DIR(),
  MCP_STARTER: settings.MCP_STARTER(),
  ...rootsSettings(),
  ...accessSettings(),
  ...networkSettings(),
})

export type Config = z.output<typeof config>
