import type { AppContext, RunningApp } from '@mcp/node'
import { listen, logFailures, networkOptions } from '@mcp/node'
import { samplingServer } from '@mcp/server-sampling'

import type { Config } from './config.ts'

/** Starts the sampling server. */
export async function start(config: Config, { log }: AppContext): Promise<RunningApp> {
  const onError = logFailures(log)
  const { url, close } = await listen({
    ...networkOptions(config),
    service: samplingServer({ serviceToken: config.MCP_INTERNAL_TOKEN, onError }),
    port: config.SAMPLING_SERVER_PORT,
    variable: 'SAMPLING_SERVER_PORT',
    onError,
    log,
  })
  return { banner: [`Sampling server  ${url}`], close }
}
