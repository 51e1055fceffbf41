import { samplingSettings, networkSettings, settings } from '@mcp/node'
import * as z from 'zod'

/** The variables the sampling server reads. */
export const config = z.object({
  SAMPLING_SERVER_PORT: settings.SAMPLING_SERVER_PORT(),
  MCP_INTERNAL_TOKEN: settings.MCP_INTERNAL_TOKEN(),
  ...samplingSettings(),
  ...networkSettings(),
})

export type Config = z.output<typeof config>
