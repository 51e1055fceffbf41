import { accessSettings, networkSettings, settings } from '@mcp/node'
import { databaseSettings } from '@mcp/server-database/settings'
import * as z from 'zod'

/** The environment variables of the database server. */
export const config = z.object({
  DATABASE_SERVER_PORT: settings.DATABASE_SERVER_PORT(),
  MCP_DATA_DIR: settings.MCP_DATA_DIR(),
  MCP_STARTER: settings.MCP_STARTER(),
  ...databaseSettings(),
  ...accessSettings(),
  ...networkSettings(),
})

export type Config = z.output<typeof config>
