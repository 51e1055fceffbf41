import { chain } from '@mcp/concurrency'
import { contextHeaders, createServiceAuth, errorResponse } from '@mcp/http'
import { McpError } from '@mcp/protocol'
import type { RawHandler, RawRequest, RawResponse } from '@mcp/http'
import type { MaybePromise } from '@mcp/protocol'

import type { Metrics } from '../metrics.ts'
import type { Authenticate } from './authenticate.ts'
import type { PathParameters, Route } from './route.ts'

export interface RouteServerOptions {
  readonly authenticate: Authenticate | undefined
  readonly serviceToken: string | undefined
  readonly metrics: Metrics
  readonly onError: (error: unknown) => void
}

/** Serves routes: authenticates the caller, calls the handler, and maps errors to responses. */
export interface RouteServer {
  /** Returns a handler for one request to a route. It never throws and never rejects. */
  serve(route: Route, path: PathParameters, query: URLSearchParams): RawHandler
  /** Maps an error to a response, and reports an unexpected one. */
  readonly fail: (thrown: unknown) => RawResponse
}

export function createRouteServer(options: RouteServerOptions): RouteServer {
  const { authenticate, serviceToken, metrics, onError } = options
  const hasServiceToken = createServiceAuth({ serviceToken, trustsLoopback: false })
  // If callers must authenticate, a connection from this machine proves nothing.
  const isInternalCaller = createServiceAuth({
    serviceToken,
    trustsLoopback: authenticate === undefined,
  })

  function fail(thrown: unknown): RawResponse {
    const error = McpError.from(thrown)
    if (error.code === 'internal') {
      metrics.count('mcp_errors_total')
      onError(error)
    }
    const response = errorResponse(error)
    if (response.status !== 401) return response
    return { ...response, headers: { ...response.headers, 'www-authenticate': 'Bearer' } }
  }

  function handle(
    { access, handle }: Route,
    request: RawRequest,
    path: PathParameters,
    query: URLSearchParams,
  ): MaybePromise<RawResponse> {
    if (access === 'internal') assertInternal(isInternalCaller(request))
    const isInternal =
      access === 'internal' || (access === 'caller-or-internal' && hasServiceToken(request))
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

function assertInternal(isInternal: boolean): void {
  if (isInternal) return
  throw new McpError(
    'forbidden',
    `Only servers of this system may call this route: send the service token in "${contextHeaders.serviceToken}".`,
    { details: { reason: 'policy' } },
  )
}

/** Creates the error for a caller without valid credentials. */
export function unauthenticated(): McpError {
  return new McpError(
    'unauthenticated',
    'Authentication required: send "Authorization: Bearer <token>".',
  )
}
