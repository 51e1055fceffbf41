import { dataFile } from '@mcp/files'
import type { AppContext, RunningApp } from '@mcp/node'
import { accessOptions, listen, logFailures, serverNetworkOptions } from '@mcp/node'
import { rootsServer, workspaceRoot } from '@mcp/server-roots'

import type { Config } from './config.ts'

/** Starts the roots server. */
export async function start(config: Config, { log, metrics }: AppContext): Promise<RunningApp> {
  const onError = logFailures(log)
  const roots = config.ROOTS ?? [
    workspaceRoot(dataFile(config.MCP_DATA_DIR, 'workspace'), { starter: config.MCP_STARTER }),
  ]
  const { url, close } = await listen({
    ...serverNetworkOptions(config),
    service: rootsServer({ roots, ...accessOptions(config), onError }),
    port: config.ROOTS_SERVER_PORT,
    variable: 'ROOTS_SERVER_PORT',
    onError,
    log,
    metrics,
  })
  return { banner: [`Roots server  ${url}`], close }
}
