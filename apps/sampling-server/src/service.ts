import { dataFile } from '@mcp/files'
import { createProviders, describeProvider } from '@mcp/llm'
import { openProviderFile } from '@mcp/llm/node'
import type { AppContext, RunningApp } from '@mcp/node'
import { accessOptions, listen, logFailures, serverNetworkOptions } from '@mcp/node'
import { samplingServer } from '@mcp/server-sampling'

import type { Config } from './config.ts'

/** Starts the sampling server. */
export async function start(config: Config, { log, metrics }: AppContext): Promise<RunningApp> {
  const onError = logFailures(log)
  const file = dataFile(config.MCP_DATA_DIR, 'providers.json')
  const providers = createProviders(config, await openProviderFile(file))
  const { url, close } = await listen({
    ...serverNetworkOptions(config),
    service: samplingServer({
      providers: () => providers.ready(),
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
    metrics,
  })
  return {
    banner: [
      `Sampling server  ${url}`,
      `Language model   ${describeProvider(providers.default, config.LLM_MODEL)}`,
    ],
    close,
  }
}
