import { chain, createRateLimiter, takeAllowance } from '@mcp/concurrency'
import type { RateLimiter, RateLimitOptions } from '@mcp/concurrency'
import { unauthenticated } from '@mcp/http'
import type { Authenticate, Peer, Principal, RequestHead } from '@mcp/http'
import { McpError } from '@mcp/protocol'
import type { Clock, MaybePromise } from '@mcp/protocol'

export interface IdentifyOptions {
  readonly authenticate: Authenticate | undefined
  readonly rateLimit: RateLimitOptions | RateLimiter | undefined
  readonly clock: Clock
}

/**
 * Authenticates a caller and counts its request. Returns `undefined` for an anonymous caller.
 *
 * @throws McpError `unauthenticated` or `rate-limited`.
 */
export type Identify = (head: RequestHead) => MaybePromise<Principal | undefined>

export function createIdentify({ authenticate, rateLimit, clock }: IdentifyOptions): Identify {
  if (authenticate === undefined) return () => undefined
  const rateLimiter =
    typeof rateLimit === 'object' ? createRateLimiter(rateLimit, clock) : rateLimit

  /**
   * Counts a request for its principal or, without a principal, for its network address.
   *
   * @throws McpError `rate-limited`.
   */
  function limit(principal: Principal | undefined, { address }: Peer): MaybePromise<void> {
    const key = principal === undefined ? address : `principal:${principal.id}`
    if (rateLimiter !== undefined && key !== undefined) return takeAllowance(rateLimiter, key)
  }

  return (head) =>
    chain(authenticated(authenticate, head), (caller) => {
      const principal = McpError.is(caller) ? undefined : caller
      return chain(limit(principal, head.peer), () => {
        if (principal === undefined) throw caller
        return principal
      })
    })
}

/** Returns the principal of a caller, or the error for a caller without valid credentials. */
function authenticated(
  authenticate: Authenticate,
  head: RequestHead,
): MaybePromise<Principal | McpError> {
  try {
    const result = authenticate(head, head.peer.hostContext)
    return result instanceof Promise
      ? result.then((principal) => principal ?? unauthenticated(head), invalidCredentials)
      : (result ?? unauthenticated(head))
  } catch (thrown) {
    return invalidCredentials(thrown)
  }
}

function invalidCredentials(thrown: unknown): McpError {
  if (McpError.is(thrown) && thrown.code === 'unauthenticated') return thrown
  throw thrown
}
