import { networkSettings, settings } from '@mcp/node'
import { databaseSettings } from '@mcp/server-database/settings'
import * as z from 'zod'

/** The environment variables of the database server. */
export const config = z.object({
  DATABASE_SERVER_PORT: settings.DATABASE_SERVER_PORT(),
  MCP_INTERNAL_TOKEN: settings.MCP_INTERNAL_TOKEN(),
  MCP_DATA_DIR: settings.MCP_DATA_DIR(),
  ...databaseSettings(),
  ...networkSettings(),
})

export type Config = z.output<typeof config>
