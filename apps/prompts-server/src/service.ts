import type { AppContext, RunningApp } from '@mcp/node'
import { listen, logFailures, networkOptions } from '@mcp/node'
import { promptsServer } from '@mcp/server-prompts'

import type { Config } from './config.ts'

/** Starts the prompts server. */
export async function start(config: Config, { log }: AppContext): Promise<RunningApp> {
  const onError = logFailures(log)
  const { url, close } = await listen({
    ...networkOptions(config),
    service: promptsServer({ serviceToken: config.MCP_INTERNAL_TOKEN, onError }),
    port: config.PROMPTS_SERVER_PORT,
    variable: 'PROMPTS_SERVER_PORT',
    onError,
    log,
  })
  return { banner: [`Prompts server  ${url}`], close }
}
