import type { AuthOptions } from '@modelcontextprotocol/client'

import type { CredentialRecord } from './credential-record.ts'
import type { Credentials } from './credentials.ts'
import { requestedLogin } from './credentials.ts'
import { createLoginFetch } from './login-fetch.ts'
import { createOAuthProvider } from './oauth-provider.ts'
import type { UpstreamLoginOptions } from './login.ts'

/** Part of a login. See `OAuthProviderOptions.step`. */
export type LoginStep = 'renew' | 'redirect' | 'callback'

/** Runs the steps of the login of the SDK, one at a time, also across processes. */
export interface LoginRunner {
  /**
   * Obtains a token without a user, or starts a login that a user has to complete. Concurrent calls share one
   * run, and a call uses what another step or process has obtained since it was made. Resolves with true if there
   * is a token, and with false if a user has to complete a login.
   *
   * @param reason - Why a login is needed, if a user has to complete it.
   * @throws McpError if the step fails.
   */
  renew(reason: string, auth?: LoginAuth): Promise<boolean>
  /**
   * Starts or completes a login, after the steps that run have ended. Resolves with true if a token was obtained,
   * and with false if a user has to complete the login, or if the step is not needed.
   *
   * @param prepare - Called when no other step runs and the credentials are current. Returns undefined if the step
   * is not needed any more.
   * @throws McpError if the step fails.
   */
  run(
    step: 'redirect' | 'callback',
    reason: string,
    prepare: () => LoginAuth | undefined,
  ): Promise<boolean>
}

/** Options of the login of the SDK. */
export interface LoginAuth extends Omit<AuthOptions, 'serverUrl' | 'fetchFn'> {
  /**
   * Whether the metadata documents of the upstream server and its authorization server are read again. The
   * upstream server may use another authorization server now.
   */
  readonly rediscover?: boolean
}

export function createLoginRunner(
  options: UpstreamLoginOptions,
  record: CredentialRecord,
  onChange: () => void,
): LoginRunner {
  const { entry, redirectUrl, clientMetadataUrl, clock } = options
  const { name, url: serverUrl, hub } = entry
  const loginFetch = createLoginFetch(name, options.fetch)
  let renewing: Promise<boolean> | undefined
  let step: LoginStep = 'renew'
  let reasonOfRun = ''
  let isRediscovering = false

  const provider = createOAuthProvider({
    record,
    oauth: hub.oauth,
    redirectUrl,
    clientMetadataUrl,
    now: () => clock.now(),
    step: () => step,
    isRediscovering: () => isRediscovering,
    onDiscovered(hasMetadata) {
      // The upstream server may name another authorization server after the outage.
      if (!hasMetadata) failInOutage()
      isRediscovering = false
    },
    async onRedirect({ url, ...started }) {
      // The authorization server failed, so a login would not help.
      failInOutage()
      // A user may be about to complete this login.
      if (step === 'renew' && requestedLogin(record.current(), clock.now()) !== undefined) return
      const scope = url.searchParams.get('scope') ?? undefined
      const isRequested = step === 'redirect'
      const since = clock.now()
      const pending = { ...started, url: url.href, reason: reasonOfRun, scope, since, isRequested }
      await record.update({ pending })
      onChange()
    },
  })

  function failInOutage(): void {
    const outage = loginFetch.outage()
    if (outage !== undefined) throw outage
  }

  async function start({ rediscover = false, ...auth }: LoginAuth): Promise<boolean> {
    isRediscovering = rediscover
    const hadLogin = record.current().pending !== undefined
    const sdk = await import('@modelcontextprotocol/client')
    loginFetch.reset(secretsOf(record.current(), hub.oauth?.clientSecret, auth.authorizationCode))
    try {
      const result = await sdk.auth(provider, { ...auth, serverUrl, fetchFn: loginFetch.fetch })
      if (result !== 'AUTHORIZED') return false
      const hasLogin = record.current().pending !== undefined
      if (hadLogin !== hasLogin || step !== 'renew') onChange()
      return true
    } catch (thrown) {
      throw loginFetch.failure(thrown)
    }
  }

  function startStep(next: LoginStep, reason: string, auth: LoginAuth): Promise<boolean> {
    step = next
    reasonOfRun = reason
    return start(auth)
  }

  function renewExclusively(reason: string, auth: LoginAuth): Promise<boolean> {
    const before = record.current()
    return record.exclusively(
      async () => obtainedSince(before, record.current()) ?? startStep('renew', reason, auth),
    )
  }

  return {
    renew(reason, auth = {}) {
      // Concurrent renewals would invalidate each other, because a refresh token is often valid once.
      renewing ??= renewExclusively(reason, auth).finally(() => (renewing = undefined))
      return renewing
    },
    // This does not share the run of another step: a code must be exchanged, and each login has its own scope.
    run: (next, reason, prepare) =>
      record.exclusively(async () => {
        const auth = prepare()
        return auth === undefined ? false : startStep(next, reason, auth)
      }),
  }
}

/**
 * Returns true if another step or process has obtained a token since, false if it has started a login because
 * there is none, and undefined if it has done neither.
 */
function obtainedSince(before: Credentials, { tokens, pending }: Credentials): boolean | undefined {
  if (tokens !== undefined && tokens.access_token !== before.tokens?.access_token) return true
  if (pending === undefined || pending.isRequested === true) return undefined
  return pending.state === before.pending?.state ? undefined : false
}

/** Returns the values that an authorization server may repeat in an error. */
function secretsOf(
  { tokens, client, pending }: Credentials,
  ...others: readonly (string | undefined)[]
): string[] {
  return [
    tokens?.access_token,
    tokens?.refresh_token,
    tokens?.id_token,
    client?.client_secret,
    pending?.codeVerifier,
    pending?.state,
    ...others,
  ].filter((value) => value !== undefined)
}
