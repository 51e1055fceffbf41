import { dirname } from 'node:path'

import { chooseProvider, describeProvider } from '@mcp/llm'
import { createOfflinePlanner } from '@mcp/offline-planner'
import { createHub } from '@mcp/hub'
import { dataFile } from '@mcp/files'
import type { AppContext, RunningApp } from '@mcp/node'
import {
  callerOptions,
  listen,
  logFailures,
  logHealth,
  networkOptions,
  rateLimitOptions,
} from '@mcp/node'
import { openStores } from '@mcp/store-file/settings'

import type { Config } from './config.ts'
import { serverOptions } from './server-options.ts'
import { servers } from './servers.ts'

/** Starts the whole system in this process. The client app and the session manager have a port each. */
export async function start(config: Config, { log }: AppContext): Promise<RunningApp> {
  const { MCP_DATA_DIR, MCP_INTERNAL_TOKEN: serviceToken } = config
  const onError = logFailures(log)
  const { authenticate, requiredScopes } = await callerOptions(config, onError)
  const llm = chooseProvider(config) ?? createOfflinePlanner()
  const file = dataFile(MCP_DATA_DIR, 'sessions.db')
  const stores = await openStores(file, config, { onError })
  const options = serverOptions(config, onError)
  const hub = createHub({
    ...options,
    database: { ...options.database, log },
    servers: servers.map((create) => create({ onError })),
    llm,
    stores,
    dispatcher: { onHealthChange: logHealth(log) },
    serviceToken,
    basePath: config.MCP_PATH_PREFIX,
    rateLimit: rateLimitOptions(config),
    limits: { maxBodyBytes: config.MCP_MAX_BODY_BYTES },
    authenticate,
    requiredScopes,
    onError,
  })
  const network = {
    ...networkOptions(config),
    authenticated: authenticate !== undefined,
    onError,
    log,
  }
  const sessionManager = await listen({
    ...network,
    service: hub.services.sessionManager,
    port: config.SESSION_MANAGER_PORT,
    variable: 'SESSION_MANAGER_PORT',
  })
  const client = await listen({
    ...network,
    service: hub.services.client,
    port: config.CLIENT_PORT,
    variable: 'CLIENT_PORT',
  })

  return {
    banner: [
      `Web client         ${client.url}`,
      `Session manager    ${sessionManager.url}`,
      `Language model     ${describeProvider(llm, config.LLM_MODEL)}`,
      `Data               in ${dirname(file)}: sessions, database, files, prompts. Delete it to start afresh`,
    ],
    async close(options) {
      await Promise.all([client.close(options), sessionManager.close(options)])
      await hub.close()
      await stores.close()
    },
  }
}
