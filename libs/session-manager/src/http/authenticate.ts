import type { MaybePromise } from '@mcp/protocol'

/** Who asks. Sessions belong to the principal that made them. */
export interface Principal {
  readonly id: string
  readonly [claim: string]: unknown
}

/** What an {@link Authenticate} sees of a request. */
export interface Credentials {
  /** A header's value, by its lower-case name. */
  header(name: string): string | undefined
}

/** Says who asks; `undefined` refuses with `unauthenticated`. */
export type Authenticate = (request: Credentials) => MaybePromise<Principal | undefined>

export interface BearerAuthenticationOptions {
  /** The principal, or its id, by token. */
  readonly tokens?: Readonly<Record<string, Principal | string>> | undefined
  /** Asked about every token that is not among `tokens`. */
  readonly verify?: ((token: string) => MaybePromise<Principal | undefined>) | undefined
}

/**
 * Knows callers by `Authorization: Bearer <token>`.
 *
 * @example
 * createSessionManager({
 *   dispatcher,
 *   authenticate: bearerAuthentication({ tokens: { [process.env.TOKEN]: 'ada' } }),
 * })
 */
export function bearerAuthentication(options: BearerAuthenticationOptions): Authenticate {
  const { tokens = {}, verify } = options
  // A Map finds a token by a hash with a secret seed, so the time it takes does not tell how much of
  // a guess was right.
  const known = new Map(
    Object.entries(tokens).map(([token, principal]) => [
      token,
      typeof principal === 'string' ? { id: principal } : principal,
    ]),
  )

  return (request) => {
    const token = /^bearer +(\S{1,8192}) *$/i.exec(request.header('authorization') ?? '')?.[1]
    if (token === undefined) return undefined
    return known.get(token) ?? verify?.(token)
  }
}
