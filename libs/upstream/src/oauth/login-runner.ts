import type { AuthOptions } from '@modelcontextprotocol/client'

import type { CredentialRecord } from './credential-record.ts'
import type { Credentials } from './credentials.ts'
import { createLoginFetch } from './login-fetch.ts'
import { createOAuthProvider } from './oauth-provider.ts'
import type { UpstreamLoginOptions } from './login.ts'

/** Part of a login. See `OAuthProviderOptions.step`. */
export type LoginStep = 'renew' | 'redirect' | 'callback'

/** Runs the login of the SDK, one at a time. */
export interface LoginRunner {
  /**
   * Runs a step of a login. If a step is running, waits for it instead, and resolves with its result. Resolves
   * with true if a token was obtained, and with false if a user has to complete the login. A step `renew` uses
   * what another process has obtained meanwhile.
   *
   * @param reason - Why a login is needed, if a user has to complete it.
   * @throws McpError if the step fails.
   */
  run(step: LoginStep, reason: string, auth?: LoginAuth): Promise<boolean>
  /** Waits for the step that runs. Never throws. */
  settled(): Promise<void>
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
  let running: Promise<boolean> | undefined
  let step: LoginStep = 'renew'
  let reasonOfRun = ''

  const provider = createOAuthProvider({
    record,
    oauth: hub.oauth,
    redirectUrl,
    clientMetadataUrl,
    now: () => clock.now(),
    step: () => step,
    async onRedirect({ url, ...started }) {
      // The authorization server failed, so a login would not help.
      const failure = loginFetch.refreshFailure()
      if (failure !== undefined) throw failure
      const scope = url.searchParams.get('scope') ?? undefined
      const pending = { ...started, url: url.href, reason: reasonOfRun, scope, since: clock.now() }
      await record.update({ pending })
      onChange()
    },
  })

  async function start({ rediscover = false, ...auth }: LoginAuth): Promise<boolean> {
    if (rediscover) await provider.invalidateCredentials?.('discovery')
    const hadLogin = record.current().pending !== undefined
    const sdk = await import('@modelcontextprotocol/client')
    loginFetch.reset(secretsOf(record.current(), hub.oauth?.clientSecret, auth.authorizationCode))
    try {
      const result = await sdk.auth(provider, { ...auth, serverUrl, fetchFn: loginFetch.fetch })
      if (result !== 'AUTHORIZED') return false
      if (hadLogin || step !== 'renew') onChange()
      return true
    } catch (thrown) {
      throw loginFetch.failure(thrown)
    }
  }

  function runExclusively(next: LoginStep, reason: string, auth: LoginAuth): Promise<boolean> {
    const before = record.current()
    return record.exclusively(async () => {
      const obtained = next === 'renew' ? obtainedSince(before, record.current()) : undefined
      if (obtained !== undefined) return obtained
      step = next
      reasonOfRun = reason
      return start(auth)
    })
  }

  return {
    run(next, reason, auth = {}) {
      // Concurrent runs would invalidate each other, because a refresh token is often valid once.
      running ??= runExclusively(next, reason, auth).finally(() => (running = undefined))
      return running
    },
    async settled() {
      await running?.catch(() => {})
    },
  }
}

/**
 * Returns true if another process has obtained a token since, false if it has started a login, and undefined if
 * it has done neither.
 */
function obtainedSince(before: Credentials, { tokens, pending }: Credentials): boolean | undefined {
  if (tokens !== undefined && tokens.access_token !== before.tokens?.access_token) return true
  return pending !== undefined && pending.state !== before.pending?.state ? false : undefined
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
