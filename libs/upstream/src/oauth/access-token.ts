import type { CredentialRecord } from './credential-record.ts'
import { loginRequired } from './login-required.ts'
import type { FetchResponse } from './login-fetch.ts'
import type { LoginAuth, LoginRunner } from './login-runner.ts'
import type { UpstreamLogin, UpstreamLoginOptions } from './login.ts'

/** The challenge in a response that refuses a request. */
interface Challenge {
  readonly resourceMetadataUrl?: URL | undefined
  readonly scope?: string | undefined
}

/**
 * Maximum time before its expiry at which a token is refreshed. The time is also at most a tenth of the
 * lifetime.
 */
const maxMarginMs = 30_000

/** Creates the parts of a login with which a transport sends its requests. */
export function createAccessToken(
  { entry, clock }: Pick<UpstreamLoginOptions, 'entry' | 'clock'>,
  record: CredentialRecord,
  runner: LoginRunner,
): Pick<UpstreamLogin, 'authProvider' | 'watch'> {
  const { name, hub } = entry
  /** The access token in the request of each response. */
  const sent = new WeakMap<Response, string>()

  const canRenew = (): boolean =>
    record.current().tokens?.refresh_token !== undefined ||
    hub.oauth?.grant === 'client_credentials'

  function isEnding(): boolean {
    const { tokens, issuedAt } = record.current()
    if (tokens?.expires_in === undefined) return false
    const lifetimeMs = tokens.expires_in * 1000
    return clock.now() >= issuedAt + lifetimeMs - Math.min(maxMarginMs, lifetimeMs / 10)
  }

  /** Obtains a token without a user, or starts a login and throws. Concurrent calls share one run. */
  async function obtain(auth: LoginAuth = {}): Promise<void> {
    const reason =
      record.current().tokens === undefined
        ? 'the hub has no access token'
        : 'the access token could not be renewed'
    if (await runner.renew(reason, auth)) return
    throw loginRequired(name, record.current().pending?.reason ?? reason)
  }

  async function send(
    fetchResponse: FetchResponse,
    url: string | URL,
    init: RequestInit | undefined,
  ): Promise<Response> {
    const response = await fetchResponse(url, init)
    const authorization = new Headers(init?.headers).get('authorization') ?? ''
    sent.set(response, authorization.replace(/^Bearer /, ''))
    return response
  }

  /** Returns the access token if it was obtained after the request of a response was sent. */
  async function tokenSince(response: Response): Promise<string | undefined> {
    await record.reload()
    const token = record.current().tokens?.access_token
    return token === sent.get(response) ? undefined : token
  }

  async function refused(response: Response): Promise<void> {
    // Another call, or another process, may have renewed the token since this request was sent.
    if ((await tokenSince(response)) !== undefined) return
    const { pending } = record.current()
    if (pending !== undefined && !canRenew()) throw loginRequired(name, pending.reason)
    const { extractWWWAuthenticateParams } = await import('@modelcontextprotocol/client')
    const challenge = extractWWWAuthenticateParams(response)
    await obtain({ ...optionsOf(challenge), rediscover: true })
  }

  /**
   * Starts a login for more permissions.
   *
   * @throws McpError always, because a user has to grant the permissions.
   */
  async function stepUp(challenge: Challenge): Promise<never> {
    const { computeScopeUnion } = await import('@modelcontextprotocol/client')
    const reason = `it requires the permission "${challenge.scope ?? 'unknown'}"`
    await runner.run('redirect', reason, () => {
      const { tokens, pending } = record.current()
      if (pending?.reason === reason) return undefined
      const scope = computeScopeUnion(tokens?.scope, pending?.scope, challenge.scope)
      const options = optionsOf({ ...challenge, scope })
      return { ...options, forceReauthorization: true, rediscover: true }
    })
    throw loginRequired(name, reason)
  }

  return {
    authProvider: {
      async token() {
        await record.load()
        // Another process may have completed the login.
        if (record.current().pending !== undefined) await record.reload()
        if (isEnding() && canRenew()) await obtain()
        return record.current().tokens?.access_token
      },
      onUnauthorized: ({ response }) => refused(response),
    },
    watch: (fetchResponse) => async (url, init) => {
      let response = await send(fetchResponse, url, init)
      let challenge = await missingPermission(response)
      const newer = challenge && (await tokenSince(response))
      if (newer !== undefined) {
        // The server has not run the request, so it can be repeated with the token that a user has just granted.
        response = await send(fetchResponse, url, withToken(init, newer))
        challenge = await missingPermission(response)
      }
      return challenge === undefined ? response : stepUp(challenge)
    },
  }
}

/** Returns the challenge of a response that refuses a token without a permission, or undefined. */
async function missingPermission(response: Response): Promise<Challenge | undefined> {
  if (response.status !== 403) return undefined
  const { extractWWWAuthenticateParams } = await import('@modelcontextprotocol/client')
  const challenge = extractWWWAuthenticateParams(response)
  if (challenge.error !== 'insufficient_scope') return undefined
  await response.body?.cancel()
  return challenge
}

/** Returns the request with another access token. */
function withToken(init: RequestInit | undefined, token: string): RequestInit {
  const headers = new Headers(init?.headers)
  headers.set('authorization', `Bearer ${token}`)
  return { ...init, headers }
}

function optionsOf({ resourceMetadataUrl, scope }: Challenge) {
  return {
    ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
    ...(scope === undefined ? {} : { scope }),
  }
}
