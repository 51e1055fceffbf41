import { accessSettings, networkSettings, settings } from '@mcp/node'
import { internetSettings } from '@mcp/server-internet/settings'
import * as z from 'zod'

/** The environment variables of the internet server. */
export const config = z.object({
  INTERNET_SERVER_PORT: settings.INTERNET_SERVER_PORT(),
  ...internetSettings(),
  ...accessSettings(),
  ...networkSettings(),
})

export type Config = z.output<typeof config>
