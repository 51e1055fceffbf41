import type { AppContext, RunningApp } from '@mcp/node'
import { listen, logFailures, networkOptions } from '@mcp/node'
import { rootsServer } from '@mcp/server-roots'

import type { Config } from './config.ts'

/** Starts the roots server. */
export async function start(config: Config, { log }: AppContext): Promise<RunningApp> {
  const onError = logFailures(log)
  const { url, close } = await listen({
    ...networkOptions(config),
    service: rootsServer({ serviceToken: config.MCP_INTERNAL_TOKEN, onError }),
    port: config.ROOTS_SERVER_PORT,
    variable: 'ROOTS_SERVER_PORT',
    onError,
    log,
  })
  return { banner: [`Roots server  ${url}`], close }
}
