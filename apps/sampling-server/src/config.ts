import { networkSettings, samplingSettings, settings } from '@mcp/node'
import * as z from 'zod'

/** The environment variables of the sampling server. */
export const config = z.object({
  SAMPLING_SERVER_PORT: settings.SAMPLING_SERVER_PORT(),
  LLM_API_URL: settings.LLM_API_URL(),
  LLM_API_KEY: settings.LLM_API_KEY(),
  LLM_MODEL: settings.LLM_MODEL(),
  LLM_PROVIDER: settings.LLM_PROVIDER(),
  MCP_DATA_DIR: settings.MCP_DATA_DIR(),
  MCP_INTERNAL_TOKEN: settings.MCP_INTERNAL_TOKEN(),
  ...samplingSettings(),
  ...networkSettings(),
})

export type Config = z.output<typeof config>
