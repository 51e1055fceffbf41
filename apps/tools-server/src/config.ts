import { accessSettings, networkSettings, settings } from '@mcp/node'
import * as z from 'zod'

/** The environment variables of the tools server. */
export const config = z.object({
  TOOLS_SERVER_PORT: settings.TOOLS_SERVER_PORT(),
  ...accessSettings(),
  ...networkSettings(),
})

export type Config = z.output<typeof config>
