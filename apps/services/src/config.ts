import { settings } from '@mcp/node'
import * as z from 'zod'

import { furtherServers, furtherServerSettings } from './further-servers.ts'

/** The environment variables of the supervisor. Each process also reads its own variables. */
export const config = z.object({
  MCP_TOKENS: settings.MCP_TOKENS(),
  MCP_TOKENS_FILE: settings.MCP_TOKENS_FILE(),
  MCP_AUTH_ISSUER: settings.MCP_AUTH_ISSUER(),
  MCP_INTERNAL_TOKEN: settings.MCP_INTERNAL_TOKEN(),
  SERVER_URLS: settings.SERVER_URLS(),
  ...furtherServerSettings(furtherServers),
  LOG_LEVEL: settings.LOG_LEVEL(),
})

export type Config = z.output<typeof config>
