import { chain } from '@mcp/concurrency'
import type {
  Authenticate,
  Claims,
  InternalCaller,
  RawHandler,
  RawRequest,
  RawResponse,
  RawRoute,
  RequestHead,
} from '@mcp/http'
import {
  claimsOf,
  createServiceAuth,
  errorResponse,
  serviceHeaders,
  unauthenticated,
} from '@mcp/http'
import type { Clock, MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/**
 * Callers that a route admits. `public`: all callers. `internal`: only internal callers. `caller`:
 * internal callers, authenticated principals and, if the server is open, anonymous callers.
 */
export type Access = 'public' | 'caller' | 'internal'

/** The sender of an admitted request. */
export interface Caller {
  readonly isInternal: boolean
  /** Id of the principal, if the caller authenticated with its own token. */
  readonly principal: string | undefined
  /** Claims of the principal. */
  readonly claims?: Claims | undefined
}

export interface AccessControlOptions {
  /** Name of the server. Internal callers include it in their signatures. */
  readonly name: string
  readonly serviceToken: string | undefined
  readonly authenticate: Authenticate | undefined
  readonly allowDirectCalls: boolean
  readonly clock: Clock
}

export interface GuardedRoute {
  readonly method: string
  /** Path of the request, such as `/sessions/abc`. */
  readonly path: string
  readonly access: Access
}

export type GuardedHandler = (request: RawRequest, caller: Caller) => MaybePromise<RawResponse>

/** Decides which callers may use a route. */
export interface AccessControl {
  /**
   * Returns a raw route that runs `handle` for the callers that the route admits, and refuses other
   * callers. The raw route and its handler never throw and never reject.
   */
  guard(route: GuardedRoute, handle: GuardedHandler): RawRoute
}

const internal: Caller = { isInternal: true, principal: undefined }
const anonymous: Caller = { isInternal: false, principal: undefined }

/**
 * Creates the access control of a server. The server is open if direct calls are allowed, or if neither a
 * service token nor `authenticate` is configured. The `caller` routes of an open server admit anonymous
 * callers.
 */
export function createAccessControl(options: AccessControlOptions): AccessControl {
  const { name, serviceToken, authenticate, allowDirectCalls, clock } = options
  const identify = createServiceAuth({
    audience: name,
    serviceToken,
    // If callers must authenticate, a connection from this machine does not make a caller internal.
    trustsLoopback: authenticate === undefined,
    clock,
  })
  const isOpen = allowDirectCalls || (serviceToken === undefined && authenticate === undefined)

  function callerOf(
    head: RequestHead,
    caller: InternalCaller | undefined,
    access: Access,
  ): MaybePromise<Caller> {
    if (caller !== undefined) return internal
    if (access === 'public') return anonymous
    return chain(authenticate?.(head, head.peer.hostContext), (principal) => {
      if (principal === undefined && !isOpen) {
        throw authenticate === undefined ? signedRequestsOnly() : unauthenticated(head)
      }
      if (access === 'internal') throw internalCallersOnly()
      if (principal === undefined) return anonymous
      return { isInternal: false, principal: principal.id, claims: claimsOf(principal) }
    })
  }

  return {
    guard({ method, path, access }, handle) {
      return (head) => {
        const internalCaller = identify(head, method, path)
        const finish = (response: RawResponse): RawResponse => withProof(response, internalCaller)
        const fail = (thrown: unknown): RawResponse => finish(errorResponse(thrown))
        const admit = (caller: Caller): RawHandler => {
          const run = (request: RawRequest): MaybePromise<RawResponse> => {
            try {
              const response = handle(request, caller)
              return response instanceof Promise ? response.then(finish, fail) : finish(response)
            } catch (thrown) {
              return fail(thrown)
            }
          }
          // The host responds to some errors itself, such as a body that is too large. If the request is
          // signed, the host uses `fail`, so that this response also contains the proof.
          return internalCaller?.proof === undefined ? run : Object.assign(run, { fail })
        }
        try {
          const admitted = chain(callerOf(head, internalCaller, access), admit)
          return admitted instanceof Promise ? admitted.catch(fail) : admitted
        } catch (thrown) {
          return fail(thrown)
        }
      }
    },
  }
}

/** Adds the proof that this server has the service token to the response to a signed request. */
function withProof(response: RawResponse, caller: InternalCaller | undefined): RawResponse {
  const proof = caller?.proof
  if (proof === undefined) return response
  return { ...response, headers: { ...response.headers, [serviceHeaders.proof]: proof } }
}

function signedRequestsOnly(): McpError {
  return new McpError(
    'unauthenticated',
    'Only the session manager may call this server: send the request to the session manager.',
  )
}

function internalCallersOnly(): McpError {
  return new McpError(
    'forbidden',
    'This route is restricted to internal callers: sign the request with the service token or, if none is configured, call from the same machine.',
    { details: { reason: 'untrusted' } },
  )
}
