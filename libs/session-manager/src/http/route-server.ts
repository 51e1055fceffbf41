import { chain } from '@mcp/concurrency'
import {
  claimsOf,
  createServiceAuth,
  errorResponse,
  missingScopes,
  serviceHeaders,
} from '@mcp/http'
import type { RawHandler, RawResponse, RawRoute, RequestHead } from '@mcp/http'
import { McpError } from '@mcp/protocol'
import type { MaybePromise } from '@mcp/protocol'

import type { Metrics } from '../metrics.ts'
import type { Identify, IdentifyOptions } from './identify-caller.ts'
import { createIdentify } from './identify-caller.ts'
import type { PathParameters, Route, RouteCall } from './route.ts'

export interface RouteServerOptions extends IdentifyOptions {
  readonly requiredScopes: readonly string[] | undefined
  readonly serviceToken: string | undefined
  readonly metrics: Metrics
  readonly onError: (error: unknown) => void
}

/** Serves routes: authenticates the caller, calls the handler, and maps errors to responses. */
export interface RouteServer {
  /** Returns the function that serves one request. The function and its handler never throw. */
  serve(route: Route, path: PathParameters, query: URLSearchParams): RawRoute
  readonly identify: Identify
  /** Maps an error to a response, and reports the error if it is unexpected. */
  readonly fail: (thrown: unknown) => RawResponse
}

/** A caller that was admitted to a route. */
type AdmittedCaller = Pick<RouteCall, 'owner' | 'claims' | 'isInternal'>

const anonymousCaller: AdmittedCaller = { owner: undefined, isInternal: false }
const internalCaller: AdmittedCaller = { owner: undefined, isInternal: true }

/** The name of this service, for which internal callers sign their requests. */
const serviceName = 'session-manager'

export function createRouteServer(options: RouteServerOptions): RouteServer {
  const { authenticate, requiredScopes = [], serviceToken, metrics, clock, onError } = options
  const identify = createIdentify(options)
  const service = { audience: serviceName, serviceToken, clock }
  // Callers may use a `caller-or-internal` route as well, so only a signature proves an internal caller there.
  const identifySigner = createServiceAuth({ ...service, trustsLoopback: false })
  // If callers must authenticate, a connection from this machine does not prove an internal caller.
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

  /**
   * Returns whether the caller is another process of this system.
   *
   * @throws McpError `forbidden` if only another process may call the route, and the caller is not one.
   */
  function isFromService(route: Route, head: RequestHead, path: PathParameters): boolean {
    if (route.access === 'caller' || route.access === 'public') return false
    const identifyService = route.access === 'internal' ? identifyInternal : identifySigner
    const caller = identifyService(head, route.method, fillTemplate(route.path, path))
    if (route.access === 'internal' && caller === undefined) throw internalCallersOnly()
    return caller !== undefined
  }

  /** @throws McpError `unauthenticated`, `forbidden` or `rate-limited`. */
  function admit(
    route: Route,
    head: RequestHead,
    path: PathParameters,
  ): MaybePromise<AdmittedCaller> {
    if (isFromService(route, head, path)) return internalCaller
    if (route.access === 'public' || authenticate === undefined) return anonymousCaller
    return chain(identify(head), (principal) => {
      const error = principal && missingScopes(principal, requiredScopes)
      if (error !== undefined) throw error
      return { owner: principal?.id, claims: claimsOf(principal), isInternal: false }
    })
  }

  /** Runs a step that may throw or reject, and maps its error. */
  function attempt<Result>(step: () => MaybePromise<Result>): MaybePromise<Result | RawResponse> {
    try {
      const result = step()
      return result instanceof Promise ? result.catch(fail) : result
    } catch (thrown) {
      return fail(thrown)
    }
  }

  return {
    serve: (route, path, query) => (head) =>
      attempt(() =>
        chain(
          admit(route, head, path),
          ({ owner, claims, isInternal }): RawHandler =>
            (request) =>
              attempt(() => route.handle({ request, owner, claims, isInternal, path, query })),
        ),
      ),
    identify,
    fail,
  }
}

/** Returns the path that an internal caller has signed: the template with the session id filled in. */
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
