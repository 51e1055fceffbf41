import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { JWK } from 'jose'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'
import type { Configuration } from 'oidc-provider'

import { createForgetfulStorage } from './forgetful-adapter.ts'
import { redirectUrl } from './user-provider.ts'

/** An OAuth authorization server on loopback, without pages: the user is the `login_hint` of the request. */
export interface AuthorizationServer extends AsyncDisposable {
  readonly issuer: string
  /** Replaces the signing key, and keeps the port. */
  readonly rotateKeys: () => Promise<void>
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
  /** Forgets everything of one kind, such as `Client` or `RefreshToken`. */
  readonly forget: (kind: string) => void
}

/** The client that authenticates with a secret and has no user. */
export const machineClient = { clientId: 'machine', clientSecret: 'the-secret-of-the-machine' }

/**
 * A client of users that is registered for all scopes. A client that registers itself has only the scopes
 * that it names.
 */
export const desktopClient = 'desktop'

/** Scopes that the server grants for every resource. */
const resourceScopes = 'mcp:use mcp:all mcp:database'

export async function startAuthorizationServer(): Promise<AuthorizationServer> {
  let port = 0
  let key = await createKey('key-0')
  let keyCount = 1
  let stopListening: () => Promise<void> = async () => {}
  const storage = createForgetfulStorage()
  const issuer = () => `http://127.0.0.1:${port}`

  async function start(): Promise<void> {
    let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {}
    const server = createServer((request, response) => handle(request, response))
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
    stopListening = async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
    handle = createHandler(
      new Provider(issuer(), { ...createConfiguration(key), adapter: storage.adapter }),
    )
  }
  await start()

  return {
    issuer: issuer(),
    start,
    forget: storage.forget,
    stop: async () => stopListening(),
    async rotateKeys() {
      key = await createKey(`key-${keyCount++}`)
      await stopListening()
      await start()
    },
    [Symbol.asyncDispose]: async () => stopListening(),
  }
}

async function createKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' }
}

function createConfiguration(key: JWK): Configuration {
  return {
    jwks: { keys: [key] },
    clients: [
      {
        client_id: machineClient.clientId,
        client_secret: machineClient.clientSecret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        scope: resourceScopes,
      },
      {
        client_id: desktopClient,
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [redirectUrl],
        response_types: ['code'],
      },
    ],
    scopes: ['openid', 'offline_access', ...resourceScopes.split(' ')],
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource) => ({
          scope: resourceScopes,
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  }
}

function createHandler(provider: Provider) {
  // The provider warns of its development keys and of HTTP on loopback.
  const callback = provider.callback()
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url?.startsWith('/interaction/') !== true) {
      void callback(request, response)
      return
    }
    interact(provider, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  }
}

/** Logs in the user of `login_hint`, and grants everything that the client requested. */
async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login') {
    const accountId = String(params['login_hint'] ?? 'ada')
    await provider.interactionFinished(request, response, { login: { accountId } })
    return
  }
  const grant = new provider.Grant({
    accountId: session?.accountId ?? '',
    clientId: String(params['client_id']),
  })
  const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details as {
    missingOIDCScope?: string[]
    missingResourceScopes?: Record<string, string[]>
  }
  grant.addOIDCScope(missingOIDCScope.join(' '))
  for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
    grant.addResourceScope(resource, scopes.join(' '))
  }
  const consent = { grantId: await grant.save() }
  await provider.interactionFinished(request, response, { consent })
}
