import { hubConfig } from '@mcp/hub/settings'
import { settings } from '@mcp/node'

/** The environment variables of `mcp stdio`. */
export const config = hubConfig.extend({ MCP_TOKEN: settings.MCP_TOKEN() })

/** The environment variables of `mcp stdio --url`. */
export const remoteConfig = config.pick({ MCP_TOKEN: true, LOG_LEVEL: true })
