import type { Clock, MaybePromise } from '@mcp/protocol'
import { isRecord, McpError, systemClock } from '@mcp/protocol'
import type { JWTPayload } from 'jose'

import type { Authenticate, BearerAuthenticationOptions, Principal } from '../authenticate.ts'
import { bearerAuthentication } from '../authenticate.ts'
import { acceptsAudience } from './audience.ts'
import { createIssuerKeys } from './issuer-keys.ts'
import { checkIssuer } from './issuer-url.ts'
import { algorithms, invalidToken, tokenError } from './token-error.ts'

export interface JwtAuthenticationOptions extends Pick<BearerAuthenticationOptions, 'tokens'> {
  /** URL of the authorization server, exactly as it is in the claim `iss`. */
  readonly issuer: string
  /**
   * Accepted values of the claim `aud`: the URLs of the endpoint, or the values that the issuer uses instead.
   */
  readonly audiences: readonly string[]
  /**
   * Claims of the token that the principal gets. A key is the name in the principal, and its value the name in
   * the token. A name with dots is a path, unless the token has a claim of this name. Default: `roles` and
   * `tenant` from the claims of these names.
   */
  readonly claims?: Readonly<Record<string, string>> | undefined
  /** Fetches the metadata and the keys of the issuer. Default: `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Maximum time to fetch the keys, in milliseconds. Default: 5 seconds. */
  readonly timeoutMs?: number | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
  /** Receives an error if the keys cannot be fetched. Default: errors are ignored. */
  readonly onError?: ((error: unknown) => void) | undefined
}

const toleranceSeconds = 60
const maxSubjectLength = 255
/** Verified tokens are cached, because verifying takes some 100 µs, and a caller sends a token many times. */
const maxVerifiedTokens = 1000
const reverifyAfterMs = 60_000

/**
 * Creates a function that authenticates callers by a JSON Web Token of an authorization server, sent as
 * `Authorization: Bearer <token>`. Tokens of `tokens` are accepted, too. The id of the principal consists of
 * the issuer and the subject of the token.
 *
 * @throws McpError `invalid-params` if the issuer or the audiences are invalid.
 *
 * @example
 * createSessionManager({
 *   dispatcher,
 *   authenticate: jwtAuthentication({
 *     issuer: 'https://login.example.org',
 *     audiences: ['https://mcp.example.org/mcp'],
 *   }),
 * })
 */
export function jwtAuthentication(options: JwtAuthenticationOptions): Authenticate {
  const { tokens, issuer, audiences, clock = systemClock, claims = defaultClaims } = options
  checkIssuer(issuer)
  if (audiences.length === 0) {
    throw new McpError('invalid-params', 'At least one audience is required.')
  }
  const findKey = createIssuerKeys({
    issuer,
    clock,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    timeoutMs: options.timeoutMs ?? 5000,
    onError: options.onError ?? (() => {}),
  })
  const verified = new Map<string, { readonly principal: Principal; readonly until: number }>()

  async function verify(token: string): Promise<Principal> {
    // `jose` is loaded on first use, because a service without such callers does not need it.
    const { decodeJwt, jwtVerify } = await import('jose')
    let payload: JWTPayload
    try {
      // The issuer is checked first. Otherwise a token of another issuer would be reported as an unknown key.
      if (decodeJwt(token).iss !== issuer) throw wrongClaim('iss', [issuer])
      const checks = { algorithms: [...algorithms], issuer, clockTolerance: toleranceSeconds }
      const requiredClaims = ['exp', 'sub', 'aud']
      const currentDate = new Date(clock.now())
      const result = await jwtVerify(token, findKey, { ...checks, requiredClaims, currentDate })
      payload = result.payload
    } catch (thrown) {
      throw tokenError(thrown)
    }
    if (!acceptsAudience(audiences, payload.aud)) throw wrongClaim('aud', audiences)
    return remember(token, payload)
  }

  function remember(token: string, payload: JWTPayload): Principal {
    const principal = {
      ...readClaims(payload, claims),
      id: `${issuer}#${subjectOf(payload)}`,
      scopes: scopesOf(payload),
    }
    const expiresAt = ((payload.exp ?? 0) + toleranceSeconds) * 1000
    if (verified.size >= maxVerifiedTokens) {
      const [oldest = ''] = verified.keys()
      verified.delete(oldest)
    }
    verified.set(token, { principal, until: Math.min(expiresAt, clock.now() + reverifyAfterMs) })
    return principal
  }

  return bearerAuthentication({
    tokens,
    verify(token): MaybePromise<Principal | undefined> {
      const known = verified.get(token)
      if (known !== undefined && clock.now() < known.until) return known.principal
      verified.delete(token)
      return isJwt(token) ? verify(token) : undefined
    },
  })
}

/** The signature may be empty here, so that a token without a signature is refused with this reason. */
function isJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)
}

/**
 * Returns the subject of a token. It follows the issuer and a # in the principal id. An issuer contains
 * no #, so the id is unambiguous. Control characters are refused, because they could forge log lines.
 */
function subjectOf({ sub }: JWTPayload): string {
  if (typeof sub === 'string' && sub !== '' && sub.length <= maxSubjectLength) {
    if (sub.isWellFormed() && !/\p{Cc}/u.test(sub)) return sub
  }
  throw invalidToken(
    `the claim "sub" must be a text of 1 to ${maxSubjectLength} characters without control characters`,
    { claim: 'sub' },
  )
}

const defaultClaims = { roles: 'roles', tenant: 'tenant' }

/** Returns the chosen claims. A claim that is not a text, a number, a boolean or a list is left out. */
function readClaims(
  payload: JWTPayload,
  names: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const found = Object.entries(names).flatMap(([name, path]) => {
    // Some claims are named by a URL, which contains dots.
    const value = payload[path] ?? valueAt(payload, path.split('.'))
    const isPlain = ['string', 'number', 'boolean'].includes(typeof value) || Array.isArray(value)
    return isPlain ? [[name, value] as const] : []
  })
  return Object.fromEntries(found)
}

function valueAt(value: unknown, [key, ...path]: readonly string[]): unknown {
  if (key === undefined) return value
  return isRecord(value) && Object.hasOwn(value, key) ? valueAt(value[key], path) : undefined
}

/** Returns the scopes of the claim `scope` (RFC 9068) or `scp`, which some issuers use instead. */
function scopesOf({ scope, scp }: JWTPayload): readonly string[] {
  const value = scope ?? scp
  if (typeof value === 'string') return value.split(' ').filter((each) => each !== '')
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

function wrongClaim(claim: string, expected: readonly string[]) {
  const values = expected.map((value) => `"${value}"`).join(' or ')
  return invalidToken(`the claim "${claim}" must be ${values}`, { claim, expected })
}
