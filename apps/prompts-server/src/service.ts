import { dataFile } from '@mcp/files'
import type { AppContext, RunningApp } from '@mcp/node'
import { accessOptions, listen, logFailures, serverNetworkOptions } from '@mcp/node'
import { createFilePromptStore, promptsServer } from '@mcp/server-prompts'

import type { Config } from './config.ts'

/** Starts the prompts server. */
export async function start(config: Config, { log, metrics }: AppContext): Promise<RunningApp> {
  const onError = logFailures(log)
  const folder = config.PROMPTS_DIR ?? dataFile(config.MCP_DATA_DIR, 'prompts')
  const service = promptsServer({
    store: createFilePromptStore({ folder, watch: config.PROMPTS_WATCH, onError }),
    starter: config.MCP_STARTER && config.PROMPTS_STARTER,
    ...accessOptions(config),
    onError,
  })
  const { url, close } = await listen({
    ...serverNetworkOptions(config),
    service,
    port: config.PROMPTS_SERVER_PORT,
    variable: 'PROMPTS_SERVER_PORT',
    onError,
    log,
    metrics,
  })
  return { banner: [`Prompts server  ${url}`, `Prompts         in ${folder}`], close }
}
