import type { MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { Peer } from './service.ts'

/** The identity of an authenticated caller. A session belongs to the principal that opened it. */
export interface Principal {
  readonly id: string
  /** Scopes of the caller's access token. Absent if the caller is not limited to scopes. */
  readonly scopes?: readonly string[] | undefined
  readonly [claim: string]: unknown
}

/** The part of a request that {@link Authenticate} receives. */
export interface Credentials {
  /** Returns the value of a header by its lower-case name. */
  header(this: void, name: string): string | undefined
  /** The other end of the connection, if the host passes it on. */
  readonly peer?: Peer | undefined
}

/**
 * Returns the principal of a request, or `undefined` if the request has no valid credentials. To state why the
 * credentials are invalid, it throws an McpError `unauthenticated`. If the credentials cannot be verified, it
 * throws `unavailable`.
 *
 * @param hostContext - The `hostContext` of the peer, such as a request of Express with its `user`. Undefined
 *   if the host passes none.
 */
export type Authenticate = (
  request: Credentials,
  hostContext?: unknown,
) => MaybePromise<Principal | undefined>

/** Principals, or their ids, by token; or a function that finds the principal of a token. */
export type Tokens =
  | Readonly<Record<string, Principal | string>>
  | ((token: string) => Principal | undefined)

export interface BearerAuthenticationOptions {
  /** The tokens. A function may return another principal after a rotation. */
  readonly tokens?: Tokens | undefined
  /** Returns the principal of a token that is not in `tokens`. */
  readonly verify?: ((token: string) => MaybePromise<Principal | undefined>) | undefined
}

/**
 * Creates a function that authenticates callers by `Authorization: Bearer <token>`.
 *
 * @example
 * createSessionManager({
 *   dispatcher,
 *   authenticate: bearerAuthentication({ tokens: { [process.env.TOKEN]: 'ada' } }),
 * })
 */
export function bearerAuthentication(options: BearerAuthenticationOptions): Authenticate {
  const { tokens = {}, verify } = options
  const find = typeof tokens === 'function' ? tokens : createTokenMap(tokens)

  return (request) => {
    const token = /^bearer +(\S{1,8192}) *$/i.exec(request.header('authorization') ?? '')?.[1]
    if (token === undefined) return undefined
    return find(token) ?? verify?.(token)
  }
}

/**
 * A Map finds a token by its hash, which depends on a random seed of the process. Therefore, the duration
 * of a lookup does not reveal to an attacker which part of a guessed token is correct.
 */
function createTokenMap(tokens: Readonly<Record<string, Principal | string>>) {
  const principals = new Map(
    Object.entries(tokens).map(([token, principal]) => [
      token,
      typeof principal === 'string' ? { id: principal } : principal,
    ]),
  )
  return (token: string): Principal | undefined => principals.get(token)
}

/**
 * Creates the error for a caller without valid credentials. If `request` is given, the message states
 * whether the token is missing or invalid. Otherwise it states that authentication is required.
 */
export function unauthenticated(request?: Credentials): McpError {
  if (request !== undefined && hasBearerToken(request)) {
    return new McpError(
      'unauthenticated',
      'Invalid access token: it is unknown or has expired. Send a valid one as "Authorization: Bearer <token>".',
      { details: { reason: 'invalid-token' } },
    )
  }
  return new McpError(
    'unauthenticated',
    'Authentication required: send "Authorization: Bearer <token>".',
  )
}

/** Returns whether a request has a token, which may be invalid. */
export function hasBearerToken(request: Credentials): boolean {
  return /^bearer +\S/i.test(request.header('authorization') ?? '')
}
