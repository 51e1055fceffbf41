import { dirname } from 'node:path'

import { hubIdentity, mountMcp } from '@mcp/bridge'
import { mcpOptions } from '@mcp/bridge/settings'
import { createDispatcher } from '@mcp/dispatcher'
import { remoteServer } from '@mcp/dispatcher/node'
import { createSealedDocuments, dataFile } from '@mcp/files'
import type { AppContext, RunningApp, ServerUrls } from '@mcp/node'
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

/** Starts the session manager, which sends requests to the servers of {@link serverUrls}. */
export async function start(config: Config, { log, metrics }: AppContext): Promise<RunningApp> {
  const { MCP_DATA_DIR, MCP_INTERNAL_TOKEN: serviceToken, MCP_OPERATORS: operators } = config
  const onError = logFailures(log)
  const { authenticate, requiredScopes, authorization, ...callers } = await callerOptions(config, {
    log,
    onError,
  })
  if (authenticate !== undefined && serviceToken === undefined) warnWithoutServiceToken(log)
  const servers = serverUrls(config)
  const publicUrl = publicUrlOf(config)
  const { stores, counters, shared, place, ...documents } = await openSessionStores(config, {
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
  // The limit for responses is at least the limit for requests, because some operations return as much
  // as they receive.
  const maxResponseBytes = Math.max(defaultLimits.maxBodyBytes, config.MCP_MAX_BODY_BYTES)
  const { access, policy, watch, ...opened } = await openAccess(config, {
    allowsLocal: authenticate === undefined && isLocalOnly(config),
    counters,
    log,
    onError,
  })
  const dispatcher = createDispatcher({
    access,
    servers: servers.map(({ name, urls }) =>
      remoteServer({ name, urls, serviceToken, maxResponseBytes, onError }),
    ),
    onHealthChange: logHealth(log),
    onBreakerChange: logBreaker(log),
    metrics,
    onError,
  })
  const mcp = await mcpOptions(shared, dataFile(MCP_DATA_DIR, 'mcp-secret'))
  const sessionManager = createSessionManager({
    dispatcher,
    stores,
    metrics,
    onRequestEnd: logRequests(log),
    serviceToken,
    rateLimit: rateLimitOptions(config),
    limits: { maxBodyBytes: config.MCP_MAX_BODY_BYTES },
    authenticate: watch(authenticate),
    requiredScopes,
    administration: upstreams,
    operators,
    mounts: [
      mountMcp({
        ...mcp,
        dispatcher,
        authorization,
        maxBodyBytes: config.MCP_MAX_BODY_BYTES,
        onError,
      }),
      mountLogins({ upstreams, publicUrl, onError }),
      ...(policy === undefined ? [] : [mountPolicy({ policy, dispatcher, operators, onError })]),
    ],
    onError,
  })
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
  return {
    banner: [
      `Session manager  ${listening.url}`,
      `MCP clients      ${listening.url}/mcp`,
      `Sessions         in ${place}`,
      ...upstreams.banner,
      ...servers.map(({ name, urls }) => `${`${name} server`.padEnd(15)}  ${urls.join(', ')}`),
    ],
    async close(options) {
      await listening.close(options)
      upstreams.close()
      await dispatcher.close()
      opened.close()
      callers.close()
      await stores.close()
    },
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
  reports: {
    readonly onError: (error: unknown) => void
    readonly onRecovery: (message: string) => void
  },
) {
  const { REDIS_URL: url, REDIS_CA_FILE: caFile } = config
  if (url !== undefined) {
    const stores = await openRedisStores(url, { caFile, limits: storeLimits(config), ...reports })
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
