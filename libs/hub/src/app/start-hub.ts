import { dirname } from 'node:path'

import { mcpOptions } from '@mcp/bridge/settings'
import { dataFile } from '@mcp/files'
import { createFolderSavedCalls } from '@mcp/web-client'
import { createProviders, describeProvider } from '@mcp/llm'
import { openProviderFile } from '@mcp/llm/node'
import type { AppContext, RunningApp } from '@mcp/node'
import {
  callerOptions,
  listen,
  listenOnSocket,
  logBreaker,
  logFailures,
  logHealth,
  networkOptions,
  rateLimitOptions,
} from '@mcp/node'
import { createOfflinePlanner } from '@mcp/offline-planner'
import type { CapabilityServer } from '@mcp/protocol'
import type { ServerOptions } from '@mcp/server'
import { openConversations, openStores } from '@mcp/store-file/settings'

import { createHub } from '../create-hub.ts'
import type { HubConfig } from './config.ts'
import { omittedTools } from './omitted-tools.ts'
import { serverOptions } from './server-options.ts'
import { hubSocketPath, removeSocket } from './socket-path.ts'

/** A function that creates a server from the options that all servers of the hub share. */
export type CreateServer = (options: ServerOptions) => CapabilityServer

export interface StartHubOptions {
  /** Servers in addition to the built-in seven. Default: none. */
  servers?: readonly CreateServer[] | undefined
  /**
   * Whether the hub listens only on the socket of its data folder, for the programs of this user. They
   * need no token there. Default: false, which means its two ports and the socket.
   */
  isLocal?: boolean | undefined
}

/** A hub that has started. */
export interface RunningHub extends RunningApp {
  /** URL of the client app. Undefined if the hub listens only on its socket. */
  readonly clientUrl: string | undefined
}

/**
 * Starts the whole system in this process. The client app and the session manager have a port each.
 * {@link hubSocketPath} is the socket on which the session manager is served, too.
 *
 * @throws McpError `conflict` with the reason `in-use` if another process uses the data folder.
 */
export async function startHub(
  config: HubConfig,
  { log, metrics }: AppContext,
  { servers = [], isLocal = false }: StartHubOptions = {},
): Promise<RunningHub> {
  const { MCP_DATA_DIR, MCP_INTERNAL_TOKEN: serviceToken } = config
  const onError = logFailures(log)
  // The permissions of the socket authenticate its callers.
  const { authenticate, requiredScopes, authorization } = isLocal
    ? noCallers
    : await callerOptions(config, onError)
  const providers = createProviders(config, {
    ...(await openProviderFile(dataFile(MCP_DATA_DIR, 'providers.json'))),
    fallback: createOfflinePlanner(),
  })
  const file = dataFile(MCP_DATA_DIR, 'sessions.db')
  const { stores, conversations } = await openFiles(file, config, onError)
  const options = serverOptions(config, onError)
  const mcp = await mcpOptions(config, dataFile(MCP_DATA_DIR, 'mcp-secret'))
  const hub = createHub({
    ...options,
    database: { ...options.database, log },
    servers: servers.map((create) => create({ onError })),
    providers,
    operators: config.SAMPLING_OPERATORS,
    ownUrls: [config.SESSION_MANAGER_PORT, config.CLIENT_PORT].map(
      (port) => `http://localhost:${port}`,
    ),
    stores,
    conversationStore: conversations,
    savedCalls: createFolderSavedCalls(dataFile(MCP_DATA_DIR, 'saved-calls')),
    dispatcher: { onHealthChange: logHealth(log), onBreakerChange: logBreaker(log) },
    metrics,
    serviceToken,
    basePath: config.MCP_PATH_PREFIX,
    rateLimit: rateLimitOptions(config),
    limits: { maxBodyBytes: config.MCP_MAX_BODY_BYTES },
    authenticate,
    requiredScopes,
    mcp: { ...mcp, authorization },
    onError,
  })
  const network = {
    ...networkOptions(config),
    authenticated: authenticate !== undefined,
    onError,
    log,
  }
  const { sessionManager, client } = hub.services
  const path = hubSocketPath(MCP_DATA_DIR)
  const listening: Closable[] = []
  const banner: string[] = []
  let clientUrl: string | undefined
  try {
    removeSocket(path)
    listening.push(await listenOnSocket({ ...network, service: sessionManager, path }))
  } catch (error) {
    if (isLocal) throw error
    log.warn('The hub is not available to "mcp stdio"', { error })
  }
  if (!isLocal) {
    const onPort = await listen({
      ...network,
      metrics,
      service: sessionManager,
      port: config.SESSION_MANAGER_PORT,
      variable: 'SESSION_MANAGER_PORT',
    })
    const clientOnPort = await listen({
      ...network,
      service: client,
      port: config.CLIENT_PORT,
      variable: 'CLIENT_PORT',
    })
    listening.push(clientOnPort, onPort)
    clientUrl = clientOnPort.url
    banner.push(
      `Web client         ${clientOnPort.url}`,
      `Session manager    ${onPort.url}`,
      `MCP clients        ${onPort.url}/mcp`,
      ...omittedTools(hub.dispatcher.descriptions(), mcp),
    )
  }

  return {
    clientUrl,
    banner: [
      ...banner,
      `Language model     ${describeProvider(providers.default, config.LLM_MODEL)}`,
      `Data               in ${dirname(file)}: sessions, conversations, database, files, prompts. Delete it to start afresh`,
    ],
    async close(options) {
      await Promise.all(listening.map((each) => each.close(options)))
      await hub.close()
      await stores.close()
      conversations.close()
    },
  }
}

/** Opens the stores and the conversations. If one of them fails, no file stays open. */
async function openFiles(file: string, config: HubConfig, onError: (error: unknown) => void) {
  const stores = await openStores(file, config, { onError })
  try {
    const path = dataFile(config.MCP_DATA_DIR, 'conversations.db')
    return { stores, conversations: await openConversations(path, { onError }) }
  } catch (error) {
    await stores.close()
    throw error
  }
}

const noCallers = {
  authenticate: undefined,
  requiredScopes: undefined,
  authorization: undefined,
}

type Closable = Pick<RunningApp, 'close'>
