import { dirname } from 'node:path'

import { hubIdentity, mountMcp } from '@mcp/bridge'
import { mcpOptions } from '@mcp/bridge/settings'
import { createDispatcher } from '@mcp/dispatcher'
import { remoteServer } from '@mcp/dispatcher/node'
import { createSealedDocuments, dataFile } from '@mcp/files'
import type { AppContext, RunningApp, ServerUrls, StartedParts } from '@mcp/node'
import {
  callerOptions,
  isLocalOnly,
  listen,
  logBreaker,
  logFailures,
  logHealth,
  logRequests,
  networkOptions,
  rateLimitOptions,
  startParts,
} from '@mcp/node'
import { mountPolicy } from '@mcp/policy/http'
import { openAccess } from '@mcp/policy/settings'
import { defaultLimits } from '@mcp/protocol'
import { createGuardedFetch } from '@mcp/server-internet/guarded-fetch'
import { guardedFetchOptions } from '@mcp/server-internet/settings'
import { createSessionManager } from '@mcp/session-manager'
import { openStores, storeLimits } from '@mcp/store-file/settings'
import { openRedisStores } from '@mcp/store-redis/settings'
import { mountLogins } from '@mcp/upstream'
import { openUpstreams, publicUrlOf } from '@mcp/upstream/settings'

import type { Config } from './config.ts'

/**
 * Starts the session manager, which sends requests to the servers of {@link serverUrls}. If a part cannot be
 * started, closes the parts before it.
 */
export function start(config: Config, context: AppContext): Promise<RunningApp> {
  return startParts(context.log, (parts) => openParts(config, context, parts))
}

async function openParts(
  config: Config,
  { log, metrics }: AppContext,
  parts: StartedParts,
): Promise<Pick<RunningApp, 'banner'>> {
  const { MCP_DATA_DIR, MCP_INTERNAL_TOKEN: serviceToken, MCP_OPERATORS: operators } = config
  const { MCP_MAX_BODY_BYTES: maxBodyBytes } = config
  const onError = logFailures(log)
  const { authenticate, requiredScopes, authorization, ...callers } = await callerOptions(config, {
    log,
    onError,
  })
  parts.add(() => callers.close())
  if (authenticate !== undefined && serviceToken === undefined) warnWithoutServiceToken(log)
  const servers = serverUrls(config)
  const publicUrl = publicUrlOf(config)
  const { stores, counters, shared, place, ...documents } = await openSessionStores(config, parts, {
    onError,
    onRecovery: (message) => log.info(message),
  })
  const upstreams = openUpstreams(config, {
    ...documents,
    folder: dirname(dataFile(MCP_DATA_DIR, 'sessions.db')),
    // These names are reserved: a server in another process may describe itself after an upstream server.
    reservedNames: [...servers.map(({ name }) => name), ...toolsOfServer],
    dispatch: (request, context) => dispatcher.dispatch(request, context),
    publicUrl,
    experimental: () => hubIdentity(mcp.secret),
    createLoginFetch: (near) => createGuardedFetch({ near, ...guardedFetchOptions(config) }),
    onWarning: (message) => log.warn(message),
    onError,
  })
  parts.add(() => upstreams.close())
  const { access, policy, watch, ...opened } = await openAccess(config, {
    allowsLocal: authenticate === undefined && isLocalOnly(config),
    counters,
    log,
    onError,
  })
  parts.add(() => opened.close())
  const dispatcher = createDispatcher({
    access,
    servers: servers.map((each) => remoteServer({ ...each, ...remoteOptions(config), onError })),
    onHealthChange: logHealth(log),
    onBreakerChange: logBreaker(log),
    metrics,
    onError,
  })
  parts.add(async () => {
    // A closed dispatcher must not receive further servers.
    upstreams.close()
    await dispatcher.close()
  })
  const mcp = await mcpOptions(shared, dataFile(MCP_DATA_DIR, 'mcp-secret'))
  const sessionManager = createSessionManager({
    dispatcher,
    stores,
    metrics,
    onRequestEnd: logRequests(log),
    serviceToken,
    rateLimit: rateLimitOptions(config),
    limits: { maxBodyBytes },
    authenticate: watch(authenticate),
    requiredScopes,
    administration: upstreams,
    operators,
    mounts: [
      mountMcp({ ...mcp, dispatcher, authorization, maxBodyBytes, onError }),
      mountLogins({ upstreams, publicUrl, onError }),
      ...(policy === undefined ? [] : [mountPolicy({ policy, dispatcher, operators, onError })]),
    ],
    onError,
  })
  parts.add(() => sessionManager.close())
  await upstreams.start(dispatcher)
  const listening = await listen({
    ...networkOptions(config),
    service: sessionManager,
    port: config.SESSION_MANAGER_PORT,
    variable: 'SESSION_MANAGER_PORT',
    authenticated: authenticate !== undefined,
    onError,
    log,
    metrics,
  })
  parts.add(listening.close)
  return {
    banner: [
      `Session manager  ${listening.url}`,
      `MCP clients      ${listening.url}/mcp`,
      `Sessions         in ${place}`,
      ...upstreams.banner,
      ...servers.map(({ name, urls }) => `${`${name} server`.padEnd(15)}  ${urls.join(', ')}`),
    ],
  }
}

function remoteOptions(config: Config) {
  return {
    serviceToken: config.MCP_INTERNAL_TOKEN,
    // The limit for responses is at least the limit for requests, because some operations return as much as
    // they receive.
    maxResponseBytes: Math.max(defaultLimits.maxBodyBytes, config.MCP_MAX_BODY_BYTES),
  }
}

function warnWithoutServiceToken(log: AppContext['log']): void {
  log.warn(
    'MCP_TOKENS or MCP_AUTH_ISSUER is set, but MCP_INTERNAL_TOKEN is not: servers with the same variables refuse the requests of the session manager. Set the same MCP_INTERNAL_TOKEN for all services.',
  )
}

/** Tools of the tools server, which may start later than this process. */
const toolsOfServer = ['calculator', 'textProcessor', 'dataTransformer']

/**
 * Opens the stores in Redis if `REDIS_URL` is set, otherwise in a file. Also returns the settings and, in
 * Redis, the counters and documents that replicas share.
 */
async function openSessionStores(
  config: Config,
  parts: StartedParts,
  reports: {
    readonly onError: (error: unknown) => void
    readonly onRecovery: (message: string) => void
  },
) {
  const { REDIS_URL: url, REDIS_CA_FILE: caFile } = config
  if (url !== undefined) {
    const stores = await openRedisStores(url, { caFile, limits: storeLimits(config), ...reports })
    parts.add(() => stores.close())
    const { counters, documents } = stores
    const { MCP_SECRET: secret } = config
    return {
      stores,
      counters,
      shared: { ...config, MCP_SECRET: secret ?? (await stores.sharedSecret()) },
      documents,
      // Without MCP_SECRET, the secret would be in Redis beside the documents that it seals.
      sealedDocuments: secret === undefined ? undefined : createSealedDocuments(documents, secret),
      place: `Redis at ${stores.place}${secret === undefined ? '. Set MCP_SECRET to share the logins at MCP servers, too' : ''}`,
    }
  }
  const place = dataFile(config.MCP_DATA_DIR, 'sessions.db')
  const stores = await openStores(place, config, reports)
  parts.add(() => stores.close())
  // Without `counters`, the policy counts in the memory of this process.
  return { stores, counters: undefined, shared: config, place }
}

/** Returns the URLs of all servers. The default URL of a built-in server has its port on this machine. */
function serverUrls(config: Config): readonly ServerUrls[] {
  const seven = {
    resources: config.RESOURCES_SERVER_URL ?? local(config.RESOURCES_SERVER_PORT),
    sampling: config.SAMPLING_SERVER_URL ?? local(config.SAMPLING_SERVER_PORT),
    tools: config.TOOLS_SERVER_URL ?? local(config.TOOLS_SERVER_PORT),
    database: config.DATABASE_SERVER_URL ?? local(config.DATABASE_SERVER_PORT),
    internet: config.INTERNET_SERVER_URL ?? local(config.INTERNET_SERVER_PORT),
    roots: config.ROOTS_SERVER_URL ?? local(config.ROOTS_SERVER_PORT),
    prompts: config.PROMPTS_SERVER_URL ?? local(config.PROMPTS_SERVER_PORT),
  }
  return [...Object.entries(seven).map(([name, urls]) => ({ name, urls })), ...config.SERVER_URLS]
}

const local = (port: number): readonly string[] => [`http://127.0.0.1:${port}`]
