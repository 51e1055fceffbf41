import type { AppContext, RunningApp } from '@mcp/node'
import { accessOptions, listen, logFailures, serverNetworkOptions } from '@mcp/node'
import { toolsServer } from '@mcp/server-tools'

import type { Config } from './config.ts'

/** Starts the tools server. Add your own tools to `tools`. */
export async function start(config: Config, { log, metrics }: AppContext): Promise<RunningApp> {
  const onError = logFailures(log)
  const { url, close } = await listen({
    ...serverNetworkOptions(config),
    service: toolsServer({ tools: [], ...accessOptions(config), onError }),
    port: config.TOOLS_SERVER_PORT,
    variable: 'TOOLS_SERVER_PORT',
    onError,
    log,
    metrics,
  })
  return { banner: [`Tools server  ${url}`], close }
}
