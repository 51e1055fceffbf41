import { createHeartbeats, handleFetch, readJson } from '@mcp/http'
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
import { defaultLimits, errorCodeInfo, McpError, systemClock } from '@mcp/protocol'
import type { Clock, ServerDescription } from '@mcp/protocol'
import type { SessionMethods } from '@mcp/session-manager'

import { createOperationRunner } from './calls/run-operation.ts'
import type { CatalogueOptions } from './catalogue/catalogue.ts'
import { createCatalogueCache } from './catalogue/catalogue.ts'
import type { View } from './catalogue/view.ts'
import type { Endpoint } from './endpoint.ts'
import { instructionsOf } from './instructions.ts'
import { isModern } from './is-modern.ts'
import { createLegacyEndpoint } from './legacy/legacy-endpoint.ts'
import { createMethods } from './methods/create-methods.ts'
import { rpcErrorResponse, toRpcError, transportCodes } from './rpc/rpc-error.ts'

export interface McpServiceOptions extends CatalogueOptions, BodyLimits {
  /** The session manager in which the clients of the standard have their sessions. */
  readonly sessionManager: SessionMethods
  /** Describes the servers. See `Dispatcher.descriptions`. */
  readonly dispatcher: { descriptions(): readonly ServerDescription[] }
  /**
   * Secret from which the ids of sessions and the keys of sealed states are derived. All processes that
   * serve the same clients need the same secret. Default: a random one, so calls that wait for a client
   * do not survive a restart.
   */
  readonly secret?: string | undefined
  /** Path of the service. Default: `/mcp`. */
  readonly path?: string | undefined
  /** Name and version that clients see. */
  readonly serverInfo?: { readonly name: string; readonly version: string } | undefined
  /** Maximum time of one call, in milliseconds. Default: 10 minutes, because users may have to answer. */
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
  const onError = options.onError ?? (() => {})
  const catalogueOf = createCatalogueCache(options)
  const runner = createOperationRunner({ sessionManager, callTimeoutMs, maxResultBytes })
  const shared = {
    sessionManager,
    methods: createMethods(runner),
    serverInfo,
    instructions: instructionsOf,
    secret,
    heartbeats: createHeartbeats(clock),
    clock,
    maxBufferedBytes,
    onError,
  }
  const legacy = createLegacyEndpoint(shared)
  let modern: Endpoint | undefined
  // The SDK takes 30 MB and 0.3 s to load, so it is loaded at the first request that needs it.
  async function loadModern(): Promise<Endpoint> {
    const { createModernEndpoint } = await import('./modern/modern-endpoint.ts')
    // Another request may have created the endpoint during the import.
    return (modern ??= createModernEndpoint(shared))
  }
  let isClosing = false

  async function handle(
    method: string,
    view: View,
    principal: Principal | undefined,
    request: RawRequest,
  ): Promise<RawResponse> {
    try {
      const body = method === 'POST' ? readJson(request, options) : undefined
      const servers = dispatcher.descriptions()
      const received = { method, request, body, principal, servers, view }
      const endpoint = isModern(request, body) ? (modern ?? (await loadModern())) : legacy
      return await endpoint.handle(received)
    } catch (thrown) {
      return refuse(thrown)
    }
  }

  function refuse(thrown: unknown): RawResponse {
    const error = McpError.from(thrown)
    if (error.code === 'internal') onError(thrown)
    return refusalOf(error)
  }

  function admit(method: string, viewName: string): RawRoute {
    return async (head: RequestHead): Promise<RawHandler | RawResponse> => {
      try {
        if (isClosing) throw new McpError('unavailable', 'The process is shutting down.')
        const identified = sessionManager.identify(head)
        const principal = identified instanceof Promise ? await identified : identified
        const view = catalogueOf(dispatcher.descriptions()).view(viewName)
        if (view === undefined) return unknownView(viewName)
        if (!['POST', 'GET', 'DELETE'].includes(method)) return methodNotAllowed
        if (method === 'POST' && !isJson(head)) return unsupportedType
        const handler: RawHandler = (request) => handle(method, view, principal, request)
        return Object.assign(handler, { fail: refuse })
      } catch (thrown) {
        return refuse(thrown)
      }
    }
  }

  const pattern = new RegExp(`^(?:/.*?)?${path}(?:/([^/?]*))?/?(?:\\?.*)?$`)

  return {
    maxBodyBytes,
    fastRoute(method, requested) {
      const matched = pattern.exec(requested)
      return matched === null ? undefined : admit(method, matched[1] ?? '')
    },
    fetch: async (request, peer) => {
      const { pathname } = new URL(request.url)
      const matched = pattern.exec(pathname)
      const route = admit(request.method, matched?.[1] ?? '')
      return handleFetch(route, request, peer, maxBodyBytes)
    },
    async close() {
      isClosing = true
      legacy.close()
      modern?.close()
    },
  }
}

function isJson(head: RequestHead): boolean {
  return /^application\/json\s*(?:;|$)/i.test(head.header('content-type') ?? '')
}

const statuses: Readonly<Record<string, readonly [status: number, code: number]>> = {
  'parse-error': [400, transportCodes.parseError],
  'payload-too-large': [413, transportCodes.badRequest],
}

/** Returns the response to a request that was refused before its method was called. */
function refusalOf(error: McpError): RawResponse {
  const { code, details } = error
  const rpcError = toRpcError(error)
  // A body that is nested too deeply is as little readable as one that is not JSON.
  const isUnreadable = code === 'payload-too-large' && details?.['limit'] === 'depth'
  const [status, rpcCode] = isUnreadable
    ? [400, transportCodes.parseError]
    : (statuses[code] ?? [errorCodeInfo(code).http, rpcError.code])
  return rpcErrorResponse(status, { ...rpcError, code: rpcCode })
}

function unknownView(name: string): RawResponse {
  return rpcErrorResponse(404, {
    code: transportCodes.badRequest,
    message: `No view is named "${name.slice(0, 64)}". GET /servers lists the servers, each of which has a view.`,
  })
}

const methodNotAllowed: RawResponse = {
  ...rpcErrorResponse(405, { code: transportCodes.badRequest, message: 'Method not allowed.' }),
  headers: { 'content-type': 'application/json', allow: 'POST, GET, DELETE' },
}

const unsupportedType = rpcErrorResponse(415, {
  code: transportCodes.badRequest,
  message: 'Unsupported Media Type: Content-Type must be application/json',
})
