import type {
  OAuthClientProvider,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client'

import { followRedirects } from './user-agent.ts'

export const redirectUrl = 'http://127.0.0.1:9/callback'

/** A client that registers itself and lets a user log in, as desktop clients do. */
export interface UserProvider extends OAuthClientProvider {
  /** Returns the parameters of the last redirect to the client. */
  readonly redirected: () => URLSearchParams
  /** The URLs to which the client sent the user. */
  readonly authorizations: readonly URL[]
}

export interface UserProviderOptions {
  /** A scope that the user grants in addition. Default: none. */
  readonly scope?: string
  /** Id of a client that is registered already. Default: the client registers itself. */
  readonly clientId?: string
}

/** Creates the provider of a user, who logs in without a page. */
export function createUserProvider(
  user: string,
  { scope = '', clientId }: UserProviderOptions = {},
): UserProvider {
  let information: StoredOAuthClientInformation | undefined =
    clientId === undefined ? undefined : { client_id: clientId }
  let tokens: StoredOAuthTokens | undefined
  let verifier = ''
  let parameters: URLSearchParams | undefined
  const authorizations: URL[] = []
  return {
    redirectUrl,
    clientMetadata: {
      client_name: 'Interop',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => information,
    saveClientInformation: (saved) => void (information = saved),
    tokens: () => tokens,
    saveTokens: (saved) => void (tokens = saved),
    saveCodeVerifier: (saved) => void (verifier = saved),
    codeVerifier: () => verifier,
    async redirectToAuthorization(url) {
      authorizations.push(url)
      url.searchParams.set('login_hint', user)
      url.searchParams.set('scope', `${url.searchParams.get('scope') ?? ''} ${scope}`.trim())
      parameters = (await followRedirects(url, redirectUrl)).searchParams
    },
    redirected() {
      if (parameters === undefined) throw new Error('no authorization was requested')
      return parameters
    },
    authorizations,
  }
}
