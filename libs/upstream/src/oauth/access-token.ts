import type { CredentialRecord } from './credential-record.ts'
import { loginRequired } from './login-required.ts'
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
    if (await runner.run('renew', reason, auth)) return
    throw loginRequired(name, record.current().pending?.reason ?? reason)
  }

  async function refused(response: Response): Promise<void> {
    await record.reload()
    const { tokens, pending } = record.current()
    // Another call, or another process, has renewed the token since this request was sent.
    if (tokens !== undefined && sent.get(response) !== tokens.access_token) return
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
    await runner.settled()
    const { tokens, pending } = record.current()
    const reason = `it requires the permission "${challenge.scope ?? 'unknown'}"`
    if (pending?.reason === reason) throw loginRequired(name, reason)
    const scope = computeScopeUnion(tokens?.scope, pending?.scope, challenge.scope)
    const options = optionsOf({ ...challenge, scope })
    const auth = { ...options, forceReauthorization: true, rediscover: true }
    await runner.run('redirect', reason, auth)
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
      const response = await fetchResponse(url, init)
      const authorization = new Headers(init?.headers).get('authorization') ?? ''
      sent.set(response, authorization.replace(/^Bearer /, ''))
      if (response.status !== 403) return response
      const { extractWWWAuthenticateParams } = await import('@modelcontextprotocol/client')
      const challenge = extractWWWAuthenticateParams(response)
      if (challenge.error !== 'insufficient_scope') return response
      await response.body?.cancel()
      return stepUp(challenge)
    },
  }
}

function optionsOf({ resourceMetadataUrl, scope }: Challenge) {
  return {
    ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
    ...(scope === undefined ? {} : { scope }),
  }
}
