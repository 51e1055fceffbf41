import { createMemoryDocumentStore } from '@mcp/files'
import { createManualClock } from '@mcp/protocol/testing'
import { expect, it } from 'vitest'

import { upstreamOptionsSchema } from '../entry/upstream-options.ts'
import { createAuthorizationServer } from '../fixtures/authorization-server.ts'
import type { UpstreamLogin } from './login.ts'
import { createUpstreamLogin } from './upstream-login.ts'

const url = 'https://mcp.example.com/mcp'
const redirectUrl = 'http://localhost:5000/oauth/callback'

/** Creates the logins of two processes with the same credentials. */
function createTwo() {
  const clock = createManualClock()
  const server = createAuthorizationServer(url)
  const credentials = createMemoryDocumentStore()
  const create = (): UpstreamLogin =>
    createUpstreamLogin({
      entry: {
        name: 'peer',
        transport: 'http',
        url,
        headers: {},
        hub: upstreamOptionsSchema.parse({}),
      },
      credentials,
      fetch: server.fetch,
      redirectUrl,
      clock,
    })
  return { clock, server, here: create(), there: create() }
}

/** Completes a login that one process has started, at another one. */
async function logIn(here: UpstreamLogin, there: UpstreamLogin): Promise<void> {
  const { url: address = '' } = await here.start()
  const state = new URL(address).searchParams.get('state') ?? ''
  expect(await there.complete(new URLSearchParams({ state, code: 'code' }))).toBe(true)
}

it('completes a login that another process has started, and both use its token', async () => {
  const { server, here, there } = createTwo()
  await logIn(here, there)
  const tokens = await Promise.all([here.authProvider.token(), there.authProvider.token()])
  expect(tokens).toEqual([server.accessToken(), server.accessToken()])
  expect([here.pending(), there.pending()]).toEqual([undefined, undefined])
})

it('renews a token once, although two processes notice at the same time that it ends', async () => {
  const { clock, server, here, there } = createTwo()
  await logIn(here, there)
  await Promise.all([here.authProvider.token(), there.authProvider.token()])
  for (const renewals of [1, 2, 3]) {
    clock.advance(server.lifetimeMs)
    const tokens = await Promise.all([
      here.authProvider.token(),
      there.authProvider.token(),
      here.authProvider.token(),
    ])
    expect(new Set(tokens)).toEqual(new Set([server.accessToken()]))
    expect(server.renewals()).toBe(renewals)
  }
})

it('uses the token that another process has renewed after a refusal', async () => {
  const { server, here, there } = createTwo()
  await logIn(here, there)
  await here.authProvider.token()
  const before = await there.authProvider.token()
  const refuse = async (login: UpstreamLogin) => {
    const fetchResponse = login.watch(async () => new Response(null, { status: 401 }))
    const headers = { authorization: `Bearer ${before}` }
    const response = await fetchResponse(url, { headers })
    await login.authProvider.onUnauthorized?.({ response, serverUrl: new URL(url), fetchFn: fetch })
  }
  await Promise.all([refuse(here), refuse(there)])
  expect(server.renewals()).toBe(1)
  expect(await there.authProvider.token()).toBe(server.accessToken())
  expect(await here.authProvider.token()).toBe(server.accessToken())
})
