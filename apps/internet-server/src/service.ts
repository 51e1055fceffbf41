import type { AppContext, RunningApp } from '@mcp/node'
import { accessOptions, listen, logFailures, serverNetworkOptions } from '@mcp/node'
import { internetServer } from '@mcp/server-internet'
import { internetOptions } from '@mcp/server-internet/settings'

import type { Config } from './config.ts'

/** Starts the internet server. */
export async function start(config: Config, { log, metrics }: AppContext): Promise<RunningApp> {
  const onError = logFailures(log)
  const { url, close } = await listen({
    ...serverNetworkOptions(config),
    service: internetServer({ ...internetOptions(config), ...accessOptions(config), onError }),
    port: config.INTERNET_SERVER_PORT,
    variable: 'INTERNET_SERVER_PORT',
    onError,
    log,
    metrics,
  })
  return { banner: [`Internet server  ${url}`], close }
}
