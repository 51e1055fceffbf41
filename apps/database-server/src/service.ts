import type { AppContext, RunningApp } from '@mcp/node'
import { accessOptions, listen, logFailures, serverNetworkOptions } from '@mcp/node'
import { databaseServer } from '@mcp/server-database'
import { databaseOptions } from '@mcp/server-database/settings'

import type { Config } from './config.ts'

/** Starts the database server. */
export async function start(config: Config, { log, metrics }: AppContext): Promise<RunningApp> {
  const onError = logFailures(log)
  const { url, close } = await listen({
    ...serverNetworkOptions(config),
    service: databaseServer({
      ...databaseOptions(config),
      ...accessOptions(config),
      onError,
      log,
    }),
    port: config.DATABASE_SERVER_PORT,
    variable: 'DATABASE_SERVER_PORT',
    onError,
    log,
    metrics,
  })
  return { banner: [`Database server  ${url}`], close }
}
