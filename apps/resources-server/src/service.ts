import { dataFile } from '@mcp/files'
import type { AppContext, RunningApp } from '@mcp/node'
import { accessOptions, listen, logFailures, serverNetworkOptions } from '@mcp/node'
import {
  createFileSubscriptions,
  fileResources,
  httpResources,
  memoryResources,
  resourcesServer,
} from '@mcp/server-resources'

import type { Config } from './config.ts'

/** Starts the resources server. Add your own providers to `providers`. */
export async function start(config: Config, { log, metrics }: AppContext): Promise<RunningApp> {
  const onError = logFailures(log)
  const folders = config.RESOURCES_FOLDERS ?? [
    {
      folder: dataFile(config.MCP_DATA_DIR, 'resources'),
      writable: true,
      starter: config.MCP_STARTER,
    },
  ]
  const providers = [
    ...folders.map((folder) => fileResources(folder)),
    memoryResources(),
    httpResources({ urls: config.RESOURCES_URLS }),
  ]
  const subscriptionStore = createFileSubscriptions(
    dataFile(config.MCP_DATA_DIR, 'subscriptions.jsonl'),
  )
  const { url, close } = await listen({
    ...serverNetworkOptions(config),
    service: resourcesServer({ providers, subscriptionStore, ...accessOptions(config), onError }),
    port: config.RESOURCES_SERVER_PORT,
    variable: 'RESOURCES_SERVER_PORT',
    onError,
    log,
    metrics,
  })
  return { banner: [`Resources server  ${url}`], close }
}
