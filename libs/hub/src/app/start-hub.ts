import { dirname } from 'node:path'

import { hubIdentity } from '@mcp/bridge'
import { mcpOptions } from '@mcp/bridge/settings'
import { dataFile } from '@mcp/files'
import type { Providers } from '@mcp/llm'
import { createProviders, describeProvider } from '@mcp/llm'
import { openProviderDocument, openProviderFile } from '@mcp/llm/node'
import type { AppContext, ListenOptions, RunningApp, StartedParts } from '@mcp/node'
import {
  callerOptions,
  isLocalOnly,
  listen,
  listenOnSocket,
  logBreaker,
  logFailures,
  logHealth,
  logProvider,
  logRequests,
  networkOptions,
  rateLimitOptions,
  startParts,
} from '@mcp/node'
import { openAccess } from '@mcp/policy/settings'
import { createOfflinePlanner } from '@mcp/offline-planner'
import type { CapabilityServer } from '@mcp/protocol'
import type { ServerOptions } from '@mcp/server'
import { createGuardedFetch } from '@mcp/server-internet/guarded-fetch'
import { guardedFetchOptions } from '@mcp/server-internet/settings'
import { mountLogins } from '@mcp/upstream'
import type { UpstreamService } from '@mcp/upstream/node'
import type { OpenUpstreamsOptions } from '@mcp/upstream/settings'
import { openUpstreams, publicUrlOf } from '@mcp/upstream/settings'
import { createDocumentSavedCalls, createFolderSavedCalls } from '@mcp/web-client'

import type { Hub } from '../create-hub.ts'
import { createHub } from '../create-hub.ts'
import type { HubConfig } from './config.ts'
import { providersFile, savedCallsFolder } from './folder-documents.ts'
import { omittedTools } from './omitted-tools.ts'
import type { HubStores, StoreReports } from './open-stores.ts'
import { openHubStores } from './open-stores.ts'
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
  /** URL of the client app, or undefined if the hub listens only on its socket. */
  readonly clientUrl: string | undefined
}

/**
 * Starts the whole system in this process. The session manager listens on the socket {@link hubSocketPath}.
 * Unless `isLocal` is set, the client app and the session manager also listen on a port each. If a part cannot
 * be started, closes the parts before it.
 *
 * @throws McpError `conflict` with the reason `in-use` if another process uses the data folder.
 */
export async function startHub(
  settings: HubConfig,
  context: AppContext,
  options: StartHubOptions = {},
): Promise<RunningHub> {
  return startParts(context.log, (parts) => openHub(settings, context, options, parts))
}

async function openHub(
  settings: HubConfig,
  { log, metrics }: AppContext,
  { servers = [], isLocal = false }: StartHubOptions,
  parts: StartedParts,
): Promise<Omit<RunningHub, 'close'>> {
  const { MCP_DATA_DIR } = settings
  const onError = logFailures(log)
  // The permissions of the socket authenticate its callers.
  const { authenticate, requiredScopes, authorization, ...callers } = isLocal
    ? noCallers
    : await callerOptions(settings, { log, onError })
  parts.add(() => callers.close())
  const options = serverOptions(settings, onError)
  // Without a port, no browser can return after a login.
  const publicUrl = isLocal ? undefined : publicUrlOf(settings)
  const { opened, upstreams, providers } = await openState(settings, {
    log,
    publicUrl,
    onError,
    onRecovery: (message) => log.info(message),
    onWarning: (message) => log.warn(message),
    dispatch: (request, context) => hub.dispatcher.dispatch(request, context),
    experimental: () => hubIdentity(mcp.secret),
    roots: options.roots?.roots,
    parts,
  })
  const { config, stores, documents, counters } = opened
  const mcp = await mcpOptions(config, dataFile(MCP_DATA_DIR, 'mcp-secret'))
  const allowsLocal = authenticate === undefined && (isLocal || isLocalOnly(config))
  const access = await openAccess(config, { allowsLocal, counters, log, onError })
  parts.add(() => access.close())
  const hub = createHub({
    ...options,
    database: { ...options.database, log },
    servers: servers.map((create) => create({ onError })),
    providers,
    operators: config.SAMPLING_OPERATORS,
    administration: upstreams,
    serverOperators: config.MCP_OPERATORS,
    mounts: publicUrl === undefined ? [] : [mountLogins({ upstreams, publicUrl, onError })],
    access,
    ownUrls: ownUrls(config),
    stores,
    onRequestEnd: logRequests(log),
    conversationStore: opened.conversations,
    storeFailure: opened.failure,
    savedCalls: createSavedCalls(config, documents),
    dispatcher: { onHealthChange: logHealth(log), onBreakerChange: logBreaker(log) },
    metrics,
    serviceToken: config.MCP_INTERNAL_TOKEN,
    basePath: config.MCP_PATH_PREFIX,
    rateLimit: rateLimitOptions(config),
    limits: { maxBodyBytes: config.MCP_MAX_BODY_BYTES },
    authenticate: access.watch(authenticate),
    requiredScopes,
    mcp: { ...mcp, authorization },
    onError,
  })
  parts.add(async () => {
    // A closed hub must not receive further servers.
    upstreams.close()
    await hub.close()
  })
  await upstreams.start(hub.dispatcher)
  const authenticated = authenticate !== undefined
  const network = { ...networkOptions(config), authenticated, onError, log }
  const { sessionManager } = hub.services
  const path = hubSocketPath(MCP_DATA_DIR)
  const listening: Closable[] = []
  parts.add(async (closeOptions = {}) => {
    await Promise.all(listening.map((each) => each.close(closeOptions)))
  })
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
    const ports = await listenOnPorts(hub, config, { ...network, metrics, listening })
    clientUrl = ports.clientUrl
    banner.push(...ports.banner, ...omittedTools(hub.dispatcher.descriptions(), mcp))
  }

  return {
    clientUrl,
    banner: [
      ...banner,
      ...upstreams.banner,
      `Language model     ${describeProvider(providers.default, config.LLM_MODEL)}`,
      ...opened.banner,
    ],
  }
}

function createSavedCalls({ MCP_DATA_DIR }: HubConfig, documents: HubStores['documents']) {
  return documents === undefined
    ? createFolderSavedCalls(dataFile(MCP_DATA_DIR, savedCallsFolder))
    : createDocumentSavedCalls(documents)
}

function ownUrls({ SESSION_MANAGER_PORT, CLIENT_PORT }: HubConfig): readonly string[] {
  return [SESSION_MANAGER_PORT, CLIENT_PORT].map((port) => `http://localhost:${port}`)
}

/** Listens on the ports of the client app and of the session manager, and adds both to `listening`. */
async function listenOnPorts(
  { services }: Hub,
  config: HubConfig,
  {
    metrics,
    listening,
    ...network
  }: Omit<ListenOptions, 'service' | 'port' | 'variable'> & { readonly listening: Closable[] },
) {
  const onPort = await listen({
    ...network,
    metrics,
    service: services.sessionManager,
    port: config.SESSION_MANAGER_PORT,
    variable: 'SESSION_MANAGER_PORT',
  })
  listening.push(onPort)
  const clientOnPort = await listen({
    ...network,
    service: services.client,
    port: config.CLIENT_PORT,
    variable: 'CLIENT_PORT',
  })
  listening.push(clientOnPort)
  return {
    clientUrl: clientOnPort.url,
    banner: [
      `Web client         ${clientOnPort.url}`,
      `Session manager    ${onPort.url}`,
      `MCP clients        ${onPort.url}/mcp`,
    ],
  }
}

interface HubState {
  readonly opened: HubStores
  readonly providers: Providers
  readonly upstreams: UpstreamService
}

/** Opens the stores, and reads the MCP configuration file. */
async function openState(
  settings: HubConfig,
  options: Omit<OpenUpstreamsOptions, 'folder'> &
    StoreReports &
    Pick<AppContext, 'log'> & { readonly parts: StartedParts },
): Promise<HubState> {
  const { onRecovery, log, parts, ...upstreamOptions } = options
  const opened = await openHubStores(settings, { onError: options.onError, onRecovery })
  parts.add(() => opened.close())
  const { documents, sealedDocuments } = opened
  const providers = createProviders(settings, {
    ...(sealedDocuments === undefined
      ? await openProviderFile(dataFile(settings.MCP_DATA_DIR, providersFile))
      : await openProviderDocument(sealedDocuments)),
    fallback: createOfflinePlanner(),
    onChange: logProvider(log),
  })
  const upstreams = openUpstreams(settings, {
    ...upstreamOptions,
    documents,
    sealedDocuments,
    createLoginFetch: (near) => createGuardedFetch({ near, ...guardedFetchOptions(settings) }),
    folder: dirname(dataFile(settings.MCP_DATA_DIR, 'sessions.db')),
  })
  parts.add(() => upstreams.close())
  return { opened, providers, upstreams }
}

const noCallers = {
  authenticate: undefined,
  requiredScopes: undefined,
  authorization: undefined,
  close() {},
}

type Closable = Pick<RunningApp, 'close'>
