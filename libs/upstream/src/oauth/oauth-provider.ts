import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
} from '@modelcontextprotocol/client'

import type { UpstreamOptions } from '../entry/upstream-options.ts'
import type { CredentialRecord } from './credential-record.ts'
import { requestedLogin } from './credentials.ts'

type OAuthOptions = NonNullable<UpstreamOptions['oauth']>

export interface OAuthProviderOptions {
  readonly record: CredentialRecord
  /** Options of the entry. */
  readonly oauth: OAuthOptions | undefined
  /** Address of the callback. If it is undefined, no user can complete a login here. */
  readonly redirectUrl: string | undefined
  /** Address of the client metadata document, if it is reachable over HTTPS. */
  readonly clientMetadataUrl: string | undefined
  readonly now: () => number
  /**
   * The part of the login that runs. `renew` uses the registered client. `redirect` registers another client,
   * because an authorization server limits a client to the scope of its registration. `callback` completes the
   * login that waits for a user.
   */
  readonly step: () => 'renew' | 'redirect' | 'callback'
  /**
   * Whether the stored address of the authorization server is ignored. It stays stored until another one is found,
   * because a login that waits for a user needs it.
   */
  readonly isRediscovering: () => boolean
  /** Called when the authorization server was found, with or without its metadata. Throws to end the step. */
  readonly onDiscovered: (hasMetadata: boolean) => void
  /** Receives the address of a login that a user has to complete, before `auth` returns. */
  readonly onRedirect: (login: RedirectLogin) => Promise<void>
}

/** A login that a user has to complete. */
export interface RedirectLogin {
  readonly client: StoredOAuthClientInformation | undefined
  readonly state: string
  readonly codeVerifier: string
  readonly url: URL
}

/** Returns the metadata with which the hub registers itself at an authorization server. */
export function clientMetadataOf(redirectUrl: string | undefined): OAuthClientMetadata {
  return {
    client_name: 'MCP hub',
    redirect_uris: redirectUrl === undefined ? [] : [redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    // Each hub registers itself, so there is no secret that all hubs share.
    token_endpoint_auth_method: 'none',
  }
}

/** Creates the provider with which the SDK reads and stores the credentials of one upstream server. */
export function createOAuthProvider(options: OAuthProviderOptions): OAuthClientProvider {
  const { record, oauth, redirectUrl, clientMetadataUrl, now, step } = options
  const { clientId, clientSecret, scope } = oauth ?? {}
  const isMachine = oauth?.grant === 'client_credentials'
  let draft: Omit<RedirectLogin, 'url'> = { state: '', codeVerifier: '', client: undefined }
  // The documents of the authorization server are not stored, so that a restart reads them again.
  let discovery: OAuthDiscoveryState | undefined

  const { redirect_uris: redirectUris, ...metadata } = clientMetadataOf(redirectUrl)
  return {
    redirectUrl: isMachine ? undefined : redirectUrl,
    ...(clientMetadataUrl === undefined ? {} : { clientMetadataUrl }),
    clientMetadata: {
      ...metadata,
      redirect_uris: redirectUris,
      ...(isMachine ? { grant_types: ['client_credentials'] } : {}),
      ...(scope === undefined ? {} : { scope }),
    },
    state() {
      draft = { ...draft, state: newState() }
      return draft.state
    },
    clientInformation() {
      if (clientId !== undefined) {
        const secret = clientSecret === undefined ? {} : { client_secret: clientSecret }
        return { client_id: clientId, ...secret }
      }
      if (step() === 'redirect') return undefined
      const { client, redirectUrl: registeredUrl, pending } = record.current()
      if (step() === 'callback' && pending?.client !== undefined) return pending.client
      // An authorization server refuses a callback that the client did not register.
      return registeredUrl === redirectUrl ? client : undefined
    },
    async saveClientInformation(client) {
      if (clientId !== undefined) return
      // The tokens belong to the previous client until the login is complete.
      if (step() === 'redirect') draft = { ...draft, client }
      else if (step() === 'renew') await record.update({ client, redirectUrl })
    },
    tokens: () => record.current().tokens,
    saveTokens(tokens) {
      const { pending } = record.current()
      const issued = { tokens, issuedAt: now() }
      if (step() === 'renew') {
        return record.update({ ...issued, pending: requestedLogin(record.current(), now()) })
      }
      const isOwnClient = step() === 'callback' && pending?.client !== undefined
      const client = isOwnClient ? { client: pending.client, redirectUrl } : {}
      return record.update({ ...issued, ...client, pending: undefined })
    },
    redirectToAuthorization: (url) =>
      options.onRedirect({
        ...draft,
        client: step() === 'redirect' ? draft.client : undefined,
        url,
      }),
    saveCodeVerifier(codeVerifier) {
      draft = { ...draft, codeVerifier }
    },
    codeVerifier: () => record.current().pending?.codeVerifier ?? '',
    async invalidateCredentials(kind) {
      // Only a renewal uses the client and the tokens. A new login that fails leaves them valid.
      const isUsed = step() === 'renew'
      if (isUsed && (kind === 'all' || kind === 'client'))
        await record.update({ client: undefined })
      if (isUsed && (kind === 'all' || kind === 'tokens'))
        await record.update({ tokens: undefined })
      if (kind === 'all' || kind === 'discovery') {
        discovery = undefined
        await record.update({ authorizationServerUrl: undefined, resourceMetadataUrl: undefined })
      }
    },
    async saveDiscoveryState(state) {
      options.onDiscovered(state.authorizationServerMetadata !== undefined)
      discovery = state
      const { authorizationServerUrl, resourceMetadataUrl } = state
      await record.update({ authorizationServerUrl, resourceMetadataUrl })
    },
    discoveryState() {
      if (options.isRediscovering()) return undefined
      if (discovery !== undefined) return discovery
      const { authorizationServerUrl, resourceMetadataUrl } = record.current()
      if (authorizationServerUrl === undefined) return undefined
      return {
        authorizationServerUrl,
        ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
      }
    },
  }
}

/** Returns 256 random bits as hexadecimal digits, which identify the response of an authorization server. */
function newState(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
