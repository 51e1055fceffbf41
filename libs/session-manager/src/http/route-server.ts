import { chain } from '@mcp/concurrency'
import { createServiceAuth, errorResponse, serviceHeaders, unauthenticated } from '@mcp/http'
import { McpError } from '@mcp/protocol'
import type { Authenticate, RawHandler, RawRequest, RawResponse } from '@mcp/http'
import type { Clock, MaybePromise } from '@mcp/protocol'

import type { Metrics } from '../metrics.ts'
import type { PathParameters, Route } from './route.ts'

export interface RouteServerOptions {
  readonly authenticate: Authenticate | undefined
  readonly serviceToken: string | undefined
  readonly metrics: Metrics
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/** Serves routes: authenticates the caller, calls the handler, and maps errors to responses. */
export interface RouteServer {
  /** Returns a handler for one request to a route. It never throws and never rejects. */
  serve(route: Route, path: PathParameters, query: URLSearchParams): RawHandler
  /** Maps an error to a response, and reports an unexpected one. */
  readonly fail: (thrown: unknown) => RawResponse
}

/** The name of the session manager, for which its servers sign their requests. */
const serviceName = 'session-manager'

export function createRouteServer(options: RouteServerOptions): RouteServer {
  const { authenticate, serviceToken, metrics, clock, onError } = options
  const service = { audience: serviceName, serviceToken, clock }
  const identifySigner = createServiceAuth({ ...service, trustsLoopback: false })
  // If callers must authenticate, a connection from this machine proves nothing.
  const identifyInternal = createServiceAuth({
    ...service,
    trustsLoopback: authenticate === undefined,
  })

  function fail(thrown: unknown): RawResponse {
    const error = McpError.from(thrown)
    if (error.code === 'internal') {
      metrics.count('mcp_errors_total')
      onError(error)
    }
    return errorResponse(error)
  }

  /** @throws McpError `forbidden` if the route is restricted to internal callers. */
  function isFromService(route: Route, request: RawRequest, path: PathParameters): boolean {
    if (route.access === 'caller' || route.access === 'public') return false
    const identify = route.access === 'internal' ? identifyInternal : identifySigner
    const caller = identify(request, route.method, fillTemplate(route.path, path))
    if (route.access === 'internal' && caller === undefined) throw internalCallersOnly()
    return caller !== undefined
  }

  function handle(
    route: Route,
    request: RawRequest,
    path: PathParameters,
    query: URLSearchParams,
  ): MaybePromise<RawResponse> {
    const { access, handle } = route
    const isInternal = isFromService(route, request, path)
    if (access === 'public' || isInternal || authenticate === undefined) {
      return handle({ request, owner: undefined, isInternal, path, query })
    }
    return chain(authenticate(request), (principal) => {
      if (principal === undefined) throw unauthenticated()
      return handle({ request, owner: principal.id, isInternal, path, query })
    })
  }

  return {
    serve(route, path, query) {
      return (request: RawRequest) => {
        try {
          const response = handle(route, request, path, query)
          return response instanceof Promise ? response.catch(fail) : response
        } catch (thrown) {
          return fail(thrown)
        }
      }
    },
    fail,
  }
}

/** The path of a route with the values of its parameters, as its caller signed it. */
function fillTemplate(template: string, { sessionId }: PathParameters): string {
  return template.replace('{sessionId}', encodeURIComponent(sessionId))
}

function internalCallersOnly(): McpError {
  return new McpError(
    'forbidden',
    `Only servers of this system may call this route: sign the request in "${serviceHeaders.signature}".`,
    { details: { reason: 'policy' } },
  )
}
