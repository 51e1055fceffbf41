import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'

import type { AuthorizationServer } from '../oauth/authorization-server.ts'
import { startAuthorizationServer } from '../oauth/authorization-server.ts'
import { createHubFolder, startLoginHub } from './login-hub.ts'
import type { ProtectedServer } from './protected-server.ts'
import { startProtectedServer } from './protected-server.ts'

let authorization: AuthorizationServer
let server: ProtectedServer
beforeAll(async () => {
  authorization = await startAuthorizationServer()
})
afterAll(() => authorization[Symbol.asyncDispose]())
beforeEach(async () => {
  server = await startProtectedServer(authorization.issuer)
  return () => server[Symbol.asyncDispose]()
})

type Hub = Awaited<ReturnType<typeof startLoginHub>>

/** Completes the first login by the address that the list of servers shows. */
async function logIn(hub: Hub): Promise<void> {
  const address = await vi.waitFor(async () => {
    const { loginUrl } = await hub.connection()
    expect(loginUrl).toMatch(/^http/)
    return loginUrl ?? ''
  })
  expect(await hub.open(address)).toContain('is complete')
  expect(await hub.call()).toBe('pong')
}

/** Fails if a token of the data folder occurs in anything that was reported. */
function expectNoSecrets(folder: ReturnType<typeof createHubFolder>, hub: Hub): void {
  const credentials = folder.read('upstreams/credentials').join()
  const secrets = [...credentials.matchAll(/"(?:access|refresh)_token":"([^"]+)"/g)]
  const reported = hub.reported.join('\n')
  for (const [, secret = ''] of secrets) {
    expect(secret.length).toBeGreaterThan(20)
    expect(reported.includes(secret)).toBe(false)
  }
  expect(reported).not.toMatch(/"(access|refresh)_token"|eyJ[\w-]{20,}\./)
}

it('shows the address of the first login, and works after it', async () => {
  using folder = createHubFolder(server.url)
  await using hub = await startLoginHub(folder.path)
  expect(await hub.call()).toContain('requires a login')
  await vi.waitFor(async () => expect((await hub.connection()).phase).toBe('awaiting-auth'))
  await logIn(hub)
  await vi.waitFor(async () => expect((await hub.connection()).phase).toBe('ready'))
  expect(await hub.send('GET', '/servers')).toContain('peer_ping')
  expectNoSecrets(folder, hub)
})

it('starts a login by the route of operators', async () => {
  using folder = createHubFolder(server.url)
  await using hub = await startLoginHub(folder.path)
  const { url } = JSON.parse(await hub.send('POST', '/servers/peer/authorize'))
  expect(await hub.open(url)).toContain('is complete')
  expect(await hub.call()).toBe('pong')
  // A browser that returns twice, or with the response of another login.
  expect(await hub.send('GET', '/oauth/callback?state=other&code=x')).toContain('unknown')
})

it('renews the token silently over 20 expiries, and once for ten concurrent calls', async () => {
  using folder = createHubFolder(server.url)
  await using hub = await startLoginHub(folder.path)
  await logIn(hub)
  for (let expiry = 1; expiry <= 20; expiry++) {
    server.expireTokens()
    expect(await hub.call()).toBe('pong')
    expect(hub.grants('refresh_token')).toBe(expiry)
  }
  server.expireTokens()
  const results = await Promise.all(Array.from({ length: 10 }, () => hub.call()))
  expect(results).toEqual(Array.from({ length: 10 }, () => 'pong'))
  expect(hub.grants('refresh_token')).toBe(21)
  expect(hub.grants('authorization_code')).toBe(1)
  expect(server.calls()).toBe(31)
  expectNoSecrets(folder, hub)
})

it('needs a login again if the refresh token is refused', async () => {
  using folder = createHubFolder(server.url)
  await using hub = await startLoginHub(folder.path)
  await logIn(hub)
  authorization.forget('RefreshToken')
  server.expireTokens()
  expect(await hub.call()).toContain('mcp servers login peer')
  expect((await hub.connection()).phase).toBe('awaiting-auth')
  const refreshes = hub.grants('refresh_token')
  expect(await hub.call()).toContain('requires a login')
  expect(hub.grants('refresh_token')).toBe(refreshes)
  await logIn(hub)
  expectNoSecrets(folder, hub)
})

it('registers again if the authorization server has forgotten the client', async () => {
  using folder = createHubFolder(server.url)
  await using hub = await startLoginHub(folder.path)
  await logIn(hub)
  authorization.forget('Client')
  server.expireTokens()
  expect(await hub.call()).toContain('requires a login')
  await logIn(hub)
  expect(hub.requested.filter(({ url }) => url.endsWith('/reg'))).toHaveLength(2)
})

it('requests more permissions if a call needs them', async () => {
  using folder = createHubFolder(server.url)
  await using hub = await startLoginHub(folder.path)
  await logIn(hub)
  server.require('mcp:use mcp:database')
  expect(await hub.call()).toContain('requires the permission')
  const { loginUrl = '' } = await hub.connection()
  expect(new URL(loginUrl).searchParams.get('scope')).toContain('mcp:database')
  await logIn(hub)
})

it('keeps the tokens and a login in progress over a restart', async () => {
  using folder = createHubFolder(server.url)
  let address = ''
  {
    await using hub = await startLoginHub(folder.path)
    expect(await hub.call()).toContain('requires a login')
    address = (await hub.connection()).loginUrl ?? ''
  }
  {
    await using hub = await startLoginHub(folder.path)
    expect(await hub.open(address)).toContain('is complete')
    expect(await hub.call()).toBe('pong')
  }
  await using hub = await startLoginHub(folder.path)
  expect(await hub.call()).toBe('pong')
  server.expireTokens()
  expect(await hub.call()).toBe('pong')
  expect(hub.grants('authorization_code')).toBe(0)
})

it.each(['http://10.1.2.3/metadata', 'http://169.254.169.254/latest/meta-data'])(
  'does not fetch the metadata address %s',
  async (address) => {
    using folder = createHubFolder(server.url)
    server.moveMetadata(address)
    await using hub = await startLoginHub(folder.path)
    expect(await hub.call()).toMatch(/requires a login|not possible/)
    expect(hub.requested.map(({ url }) => url)).toContain(address)
    expectNoSecrets(folder, hub)
  },
)
