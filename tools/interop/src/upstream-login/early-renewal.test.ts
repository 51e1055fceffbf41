import { createMemoryDocumentStore } from '@mcp/files'
import { createRequest } from '@mcp/protocol'
import { createManualClock } from '@mcp/protocol/testing'
import type { HttpEntry } from '@mcp/upstream'
import {
  createRemoteTransport,
  createUpstreamLogin,
  createUpstreamServer,
  upstreamOptionsSchema,
} from '@mcp/upstream'
import { expect, it } from 'vitest'

import { startAuthorizationServer } from '../oauth/authorization-server.ts'
import { followRedirects } from '../oauth/user-agent.ts'
import { startProtectedServer } from './protected-server.ts'

const redirectUrl = 'http://localhost:5000/oauth/callback'

/** Lifetime of the access tokens of the authorization server, in milliseconds. */
const lifetimeMs = 300_000

/** Connects to a server with a completed login, whose clock the test moves. */
async function logIn(url: string) {
  const clock = createManualClock()
  const entry: HttpEntry = {
    name: 'peer',
    transport: 'http',
    url,
    headers: {},
    hub: upstreamOptionsSchema.parse({}),
  }
  let refreshes = 0
  const login = createUpstreamLogin({
    entry,
    credentials: createMemoryDocumentStore(),
    async fetch(address, init) {
      if (String(init?.body ?? '').includes('grant_type=refresh_token')) refreshes += 1
      return fetch(address, init)
    },
    redirectUrl,
    clock,
  })
  const server = createUpstreamServer(entry, {
    login,
    createTransport: () => createRemoteTransport(entry, login),
  })
  async function call(): Promise<string> {
    const payload = { tool: 'peer', operation: 'ping', params: {} }
    const { signal } = new AbortController()
    const deadline = Date.now() + 30_000
    const response = await server.process(createRequest('tool-execution', payload), {
      signal,
      deadline,
    })
    return response.status
  }
  expect(await call()).toBe('error')
  const address = new URL(login.pending()?.url ?? '')
  const { searchParams } = await followRedirects(address, redirectUrl)
  expect(await login.complete(searchParams)).toBe(true)
  return {
    clock,
    refreshes: () => refreshes,
    callTenTimes: () => Promise.all(Array.from({ length: 10 }, call)),
    [Symbol.asyncDispose]: async () => server.close(),
  }
}

it('renews the token before it ends, once for ten concurrent calls', async () => {
  await using authorization = await startAuthorizationServer()
  await using server = await startProtectedServer(authorization.issuer)
  await using peer = await logIn(server.url)
  const successes = Array.from({ length: 10 }, () => 'success')
  const { refusals } = server
  const refusedBefore = refusals()

  expect(await peer.callTenTimes()).toEqual(successes)
  peer.clock.advance(lifetimeMs - 31_000)
  expect(await peer.callTenTimes()).toEqual(successes)
  expect(peer.refreshes()).toBe(0)

  for (let expiry = 1; expiry <= 3; expiry++) {
    peer.clock.advance(expiry === 1 ? 2000 : lifetimeMs - 29_000)
    expect(await peer.callTenTimes()).toEqual(successes)
    expect(peer.refreshes()).toBe(expiry)
    expect(await peer.callTenTimes()).toEqual(successes)
    expect(peer.refreshes()).toBe(expiry)
  }
  // The server has never refused a token, so each was replaced before its end.
  expect(refusals()).toBe(refusedBefore)
  expect(server.calls()).toBe(80)
})
