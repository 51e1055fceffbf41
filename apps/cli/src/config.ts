import { hubConfig } from '@mcp/hub/settings'
import { settings } from '@mcp/node'
import * as z from 'zod'

/** The environment variables of the commands. `openConnection` reads `MCP_URL` without the schema. */
export const config = hubConfig.extend({
  MCP_TOKEN: settings.MCP_TOKEN(),
  MCP_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .optional()
    .describe(
      'The URL of the client app that commands of "mcp" use. Not set: its port on this machine.',
    ),
})

/** The environment variables of `mcp stdio --url`. */
export const remoteConfig = config.pick({ MCP_TOKEN: true, LOG_LEVEL: true })
