import { dirname } from 'node:path'

import { dataFile } from '@mcp/files'
import { chooseProvider, describeProvider } from '@mcp/llm'
import type { AppContext, RunningApp } from '@mcp/node'
import {
  callerOptions,
  listen,
  listenOnSocket,
  logFailures,
  logHealth,
  networkOptions,
  rateLimitOptions,
} from '@mcp/node'
import { createOfflinePlanner } from '@mcp/offline-planner'
import type { CapabilityServer } from '@mcp/protocol'
import type { ServerOptions } from '@mcp/server'
import { openStores } from '@mcp/store-file/settings'

import { createHub } from '../create-hub.ts'
import type { HubConfig } from './config.ts'
import { serverOptions } from './server-options.ts'

/** A function that creates a server from the options that all servers of the hub share. */
export type CreateServer = (options: ServerOptions) => CapabilityServer

export interface StartHubOptions {
  /** Servers in addition to the built-in seven. Default: none. */
  servers?: readonly CreateServer[] | undefined
  /**
   * Called when the data folder is locked for this process. Returns the path of a Unix socket or
   * Windows pipe on which the session manager is served instead of the two ports. Default: the ports.
   */
  openSocket?: (() => string) | undefined
}

/**
 * Starts the whole system in this process. The client app and the session manager have a port each.
 *
 * @throws McpError `conflict` if another process uses the data folder.
 */
export async function startHub(
  config: HubConfig,
  { log }: AppContext,
  { servers = [], openSocket }: StartHubOptions = {},
): Promise<RunningApp> {
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
  const { sessionManager, client } = hub.services
  const model = `Language model     ${describeProvider(llm, config.LLM_MODEL)}`
  const data = `Data               in ${dirname(file)}: sessions, database, files, prompts. Delete it to start afresh`
  const running = (banner: readonly string[], listening: readonly Closable[]): RunningApp => ({
    banner,
    async close(closeOptions) {
      await Promise.all(listening.map((each) => each.close(closeOptions)))
      await hub.close()
      await stores.close()
    },
  })

  if (openSocket !== undefined) {
    const socket = await listenOnSocket({ ...network, service: sessionManager, path: openSocket() })
    return running([model, data], [socket])
  }
  const listeningManager = await listen({
    ...network,
    service: sessionManager,
    port: config.SESSION_MANAGER_PORT,
    variable: 'SESSION_MANAGER_PORT',
  })
  const listeningClient = await listen({
    ...network,
    service: client,
    port: config.CLIENT_PORT,
    variable: 'CLIENT_PORT',
  })
  const urls = [
    `Web client         ${listeningClient.url}`,
    `Session manager    ${listeningManager.url}`,
  ]
  return running([...urls, model, data], [listeningClient, listeningManager])
}

type Closable = Pick<RunningApp, 'close'>
