import { dataFile } from '@mcp/files'
import { chooseProvider, describeProvider } from '@mcp/llm'
import type { AppContext, RunningApp } from '@mcp/node'
import { accessOptions, listen, logFailures, serverNetworkOptions } from '@mcp/node'
import { samplingServer } from '@mcp/server-sampling'

import type { Config } from './config.ts'

/** Starts the sampling server. Add further language models to `providers`. */
export async function start(config: Config, { log }: AppContext): Promise<RunningApp> {
  const onError = logFailures(log)
  const provider = chooseProvider(config)
  const { url, close } = await listen({
    ...serverNetworkOptions(config),
    service: samplingServer({
      providers: provider === undefined ? [] : [provider],
      approval: config.SAMPLING_APPROVAL,
      tokenBudget: config.SAMPLING_TOKEN_BUDGET,
      operators: config.SAMPLING_OPERATORS,
      folder: dataFile(config.MCP_DATA_DIR, 'approvals'),
      ...accessOptions(config),
      onError,
    }),
    port: config.SAMPLING_SERVER_PORT,
    variable: 'SAMPLING_SERVER_PORT',
    onError,
    log,
  })
  return {
    banner: [
      `Sampling server  ${url}`,
      `Language model   ${describeProvider(provider, config.LLM_MODEL)}`,
    ],
    close,
  }
}
