import {
  callerAddress,
  claimsOf,
  createHeartbeats,
  errorResponse,
  handleFetch,
  readJson,
} from '@mcp/http'
import type {
  BodyLimits,
  Principal,
  RawHandler,
  RawRequest,
  RawResponse,
  RawRoute,
  RequestHead,
  Service,
} from '@mcp/http'
import { defaultLimits, McpError, systemClock } from '@mcp/protocol'
import type { Clock, ServerDescription } from '@mcp/protocol'
import { metadataPath } from '@mcp/http/oauth'
import type { Authorization } from '@mcp/http/oauth'
import type { CatalogueCaller, SessionMethods } from '@mcp/session-manager'

import { admitCaller } from './admission.ts'
import type { Call, Caller } from './calls/caller.ts'
import { createOperationRunner } from './calls/run-operation.ts'
import type { CatalogueOptions } from './catalogue/catalogue.ts'
import { createCatalogueCache } from './catalogue/catalogue.ts'
import type { View } from './catalogue/view.ts'
import { createEndpoints } from './endpoints.ts'
import { methodNotAllowed, refusalOf, unknownView, unsupportedType } from './http-refusals.ts'
import { instructionsOf } from './instructions.ts'
import { createMethods } from './methods/create-methods.ts'
import { unsubscribeAll } from './methods/resources.ts'
import { createOwnConnectionRefusal } from './own-connections.ts'
import type { RpcId } from './rpc/rpc-message.ts'
import { idOf } from './rpc/rpc-message.ts'

export interface McpServiceOptions extends CatalogueOptions, BodyLimits {
  /** The session manager in which the clients of the standard have their sessions. */
  readonly sessionManager: SessionMethods
  /** Describes the servers. See `Dispatcher.descriptions`. */
  readonly dispatcher: {
    descriptions(caller?: CatalogueCaller): readonly ServerDescription[]
  }
  /**
   * Secret from which the ids of sessions and the keys of sealed states are derived. All processes that
   * serve the same clients need the same secret. Default: a random one, so calls that wait for a client
   * do not survive a restart.
   */
  readonly secret?: string | undefined
  /**
   * The OAuth side of the service: its metadata, and the scopes that its views require. Default: callers
   * need what `SessionManager.identify` requires.
   */
  readonly authorization?: Authorization | undefined
  /** Path of the service, below `basePath`. Default: `/mcp`. */
  readonly path?: string | undefined
  /** Base path of the session manager. Request paths may include it or not. Default: none. */
  readonly basePath?: string | undefined
  /** Name and version that clients see. */
  readonly serverInfo?: { readonly name: string; readonly version: string } | undefined
  /** Maximum time of one call, in milliseconds. Default: 10 minutes, because users may have to respond. */
  readonly callTimeoutMs?: number | undefined
  /** Maximum size of a result that is returned whole, in bytes. Default: 1 MiB. */
  readonly maxResultBytes?: number | undefined
  /** Maximum number of bytes buffered for a slow reader of a stream. Default: 256 KiB. */
  readonly maxBufferedBytes?: number | undefined
  readonly clock?: Clock | undefined
  /** Receives unexpected errors. Default: errors are ignored. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The service of `/mcp`: the operations of all servers for standard MCP clients. */
export interface McpService extends Service {
  readonly fastRoute: NonNullable<Service['fastRoute']>
}

/**
 * Creates the service that standard MCP clients connect to by Streamable HTTP: those with sessions, up
 * to version 2025-11-25, and those without, since 2026-07-28.
 *
 * @example
 * createSessionManager({
 *   dispatcher,
 *   mounts: [(sessionManager) => ({
 *     paths: ['/mcp'],
 *     service: createMcpService({ sessionManager, dispatcher }),
 *   })],
 * })
 */
export function createMcpService(options: McpServiceOptions): McpService {
  const { sessionManager, dispatcher, path = '/mcp', secret = crypto.randomUUID() } = options
  const { serverInfo = { name: 'mcp', version: '0.1.0' }, clock = systemClock } = options
  const { callTimeoutMs = 600_000, maxResultBytes = 1024 * 1024 } = options
  const { maxBodyBytes = defaultLimits.maxBodyBytes, maxBufferedBytes = 256 * 1024 } = options
  const { authorization, onError = () => {} } = options
  const catalogueOf = createCatalogueCache(options)
  const runner = createOperationRunner({ sessionManager, callTimeoutMs, maxResultBytes })
  const endpoints = createEndpoints({
    sessionManager,
    methods: createMethods(runner),
    unsubscribeAll: (caller: Caller, call: Call) => unsubscribeAll(runner, caller, call),
    serverInfo,
    instructions: instructionsOf,
    secret,
    callTimeoutMs,
    heartbeats: createHeartbeats(clock),
    clock,
    maxBufferedBytes,
    onError,
  })
  const refuseOwnConnection = createOwnConnectionRefusal(secret)
  let isClosing = false

  async function handle(
    method: string,
    view: View,
    principal: Principal | undefined,
    request: RawRequest,
  ): Promise<RawResponse> {
    let body: unknown
    try {
      body = method === 'POST' ? readJson(request, options) : undefined
      const refusing = refuseOwnConnection(body)
      const refusal = refusing === undefined ? undefined : await refusing
      if (refusal !== undefined) return refusal
      const servers = dispatcher.descriptions(callerOf(principal, request))
      const received = { method, request, body, principal, servers, view }
      return await endpoints.handle(received)
    } catch (thrown) {
      return refuse(thrown, idOf(body))
    }
  }

  function refuse(thrown: unknown, id: RpcId | null = null): RawResponse {
    const error = McpError.from(thrown)
    if (error.code === 'internal') onError(thrown)
    return refusalOf(error, id)
  }

  function metadata(requested: string): RawRoute | undefined {
    if (authorization === undefined || !requested.includes(metadataPath)) return undefined
    return (head) => authorization.metadata(requested, head) ?? notFound(requested)
  }

  function admit(method: string, viewName: string): RawRoute {
    return async (head: RequestHead): Promise<RawHandler | RawResponse> => {
      try {
        if (isClosing) throw new McpError('unavailable', 'The process is shutting down.')
        const admission = await admitCaller(head, viewName, sessionManager, authorization)
        if (admission.type === 'refused') return admission.response
        const { principal } = admission
        const catalogue = catalogueOf(dispatcher.descriptions(callerOf(principal, head)))
        const view = catalogue.view(viewName)
        if (view === undefined) return unknownView(viewName, catalogue.viewNames)
        if (!['POST', 'GET', 'DELETE'].includes(method)) return methodNotAllowed
        if (method === 'POST' && !isJson(head)) return unsupportedType
        const handler: RawHandler = (request) => handle(method, view, principal, request)
        return Object.assign(handler, { fail: (thrown: unknown) => refuse(thrown) })
      } catch (thrown) {
        return refuse(thrown)
      }
    }
  }

  const prefix = `(?:${escapeRegExp((options.basePath ?? '').replace(/\/+$/, ''))})?`
  const pattern = new RegExp(`^${prefix}${escapeRegExp(path)}(?:/([^/?]*))?/?(?:\\?.*)?$`)

  return {
    maxBodyBytes,
    fastRoute(method, requested) {
      const document = metadata(requested)
      if (document !== undefined) return document
      const matched = pattern.exec(requested)
      return matched === null ? undefined : admit(method, matched[1] ?? '')
    },
    fetch: async (request, peer) => {
      const { pathname } = new URL(request.url)
      const viewName = pattern.exec(pathname)?.[1] ?? ''
      const route = metadata(pathname) ?? admit(request.method, viewName)
      return handleFetch(route, request, peer, maxBodyBytes)
    },
    async close() {
      isClosing = true
      endpoints.close()
    },
  }
}

function callerOf(principal: Principal | undefined, { peer }: RequestHead): CatalogueCaller {
  return { principal: principal?.id, claims: claimsOf(principal), address: callerAddress(peer) }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function isJson(head: RequestHead): boolean {
  return /^application\/json\s*(?:;|$)/i.test(head.header('content-type') ?? '')
}

function notFound(path: string): RawResponse {
  return errorResponse(new McpError('not-found', `No route for ${path.slice(0, 200)}.`))
}
