import type { AppContext, RunningApp } from '@mcp/node'
import { listen, logFailures, networkOptions } from '@mcp/node'
import { resourcesServer } from '@mcp/server-resources'

import type { Config } from './config.ts'

/** Starts the resources server. */
export async function start(config: Config, { log }: AppContext): Promise<RunningApp> {
  const onError = logFailures(log)
  const { url, close } = await listen({
    ...networkOptions(config),
    service: resourcesServer({ serviceToken: config.MCP_INTERNAL_TOKEN, onError }),
    port: config.RESOURCES_SERVER_PORT,
    variable: 'RESOURCES_SERVER_PORT',
    onError,
    log,
  })
  return { banner: [`Resources server  ${url}`], close }
}
