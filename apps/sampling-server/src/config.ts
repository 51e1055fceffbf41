import { llmSettings } from '@mcp/llm/settings'
import { accessSettings, networkSettings, settings } from '@mcp/node'
import { samplingSettings } from '@mcp/server-sampling/settings'
import * as z from 'zod'

/** The environment variables of the sampling server. */
export const config = z.object({
  SAMPLING_SERVER_PORT: settings.SAMPLING_SERVER_PORT(),
  ...llmSettings(),
  MCP_DATA_DIR: settings.MCP_DATA_DIR(),
  ...samplingSettings(),
  ...accessSettings(),
  ...networkSettings(),
})

export type Config = z.output<typeof config>
