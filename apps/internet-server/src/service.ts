import type { AppContext, RunningApp } from '@mcp/node'
import { listen, logFailures, networkOptions } from '@mcp/node'
import { internetServer } from '@mcp/server-internet'
import { internetOptions } from '@mcp/server-internet/settings'

import type { Config } from './config.ts'

/** Starts the internet server. */
export async function start(config: Config, { log }: AppContext): Promise<RunningApp> {
  const onError = logFailures(log)
  const serviceToken = config.MCP_INTERNAL_TOKEN
  const { url, close } = await listen({
    ...networkOptions(config),
    service: internetServer({ ...internetOptions(config), serviceToken, onError }),
    port: config.INTERNET_SERVER_PORT,
    variable: 'INTERNET_SERVER_PORT',
    onError,
    log,
  })
  return { banner: [`Internet server  ${url}`], close }
}
