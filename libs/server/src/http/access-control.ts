import { chain } from '@mcp/concurrency'
import type {
  Authenticate,
  InternalCaller,
  RawHandler,
  RawRequest,
  RawResponse,
  RawRoute,
  RequestHead,
} from '@mcp/http'
import { createServiceAuth, errorResponse, serviceHeaders, unauthenticated } from '@mcp/http'
import type { Clock, MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/**
 * Callers that a route admits: all (`public`), internal callers and authenticated principals
 * (`caller`), or only internal callers (`internal`).
 */
export type Access = 'public' | 'caller' | 'internal'

/** The sender of an admitted request. */
export interface Caller {
  readonly isInternal: boolean
  /** Id of the principal, if the caller authenticated with its own token. */
  readonly principal: string | undefined
}

export interface AccessControlOptions {
  /** Name of the server, which internal callers include in their signatures. */
  readonly name: string
  readonly serviceToken: string | undefined
  readonly authenticate: Authenticate | undefined
  readonly allowDirectCalls: boolean
  readonly clock: Clock
}

export interface GuardedRoute {
  readonly method: string
  /** Path with the values of its parameters. */
  readonly path: string
  readonly access: Access
}

export type GuardedHandler = (request: RawRequest, caller: Caller) => MaybePromise<RawResponse>

/** Decides which callers may use a route. */
export interface AccessControl {
  /**
   * Returns a route that refuses callers that `access` does not permit. Neither the route nor its
   * handler throws or rejects.
   */
  guard(route: GuardedRoute, handle: GuardedHandler): RawRoute
}

const internal: Caller = { isInternal: true, principal: undefined }
const anonymous: Caller = { isInternal: false, principal: undefined }

/**
 * Creates the access control of a server. With a service token or `authenticate`, every route that
 * is not public requires a signature or the token of a principal, unless direct calls are allowed.
 */
export function createAccessControl(options: AccessControlOptions): AccessControl {
  const { name, serviceToken, authenticate, allowDirectCalls, clock } = options
  const identify = createServiceAuth({
    audience: name,
    serviceToken,
    // If callers must authenticate, a connection from this machine proves nothing.
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
    return chain(authenticate?.(head), (principal) => {
      if (principal === undefined && !isOpen) {
        throw authenticate === undefined ? signedRequestsOnly() : unauthenticated()
      }
      if (access === 'internal') throw internalCallersOnly()
      return principal === undefined ? anonymous : { isInternal: false, principal: principal.id }
    })
  }

  return {
    guard({ method, path, access }, handle) {
      return (head) => {
        const internalCaller = identify(head, method, path)
        const finish = (response: RawResponse): RawResponse => withProof(response, internalCaller)
        const fail = (thrown: unknown): RawResponse => finish(errorResponse(thrown))
        const admit =
          (caller: Caller): RawHandler =>
          (request) => {
            try {
              const response = handle(request, caller)
              return response instanceof Promise ? response.then(finish, fail) : finish(response)
            } catch (thrown) {
              return fail(thrown)
            }
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

/** Adds the proof that the request reached a process with the service token. */
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
