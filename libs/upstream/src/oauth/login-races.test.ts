import type { DocumentStore } from '@mcp/files'
import { createMemoryDocumentStore } from '@mcp/files'
import { createManualClock } from '@mcp/protocol/testing'
import { expect, it, vi } from 'vitest'

import { upstreamOptionsSchema } from '../entry/upstream-options.ts'
import { createAuthorizationServer } from '../fixtures/authorization-server.ts'
import type { UpstreamLogin } from './login.ts'
import { createUpstreamLogin } from './upstream-login.ts'

const url = 'https://mcp.example.com/mcp'
const redirectUrl = 'http://localhost:5000/oauth/callback'

/** A point at which calls wait while it is closed. */
function createGate() {
  let opened: PromiseWithResolvers<void> | undefined
  let waiting = 0
  return {
    close: () => void (opened = Promise.withResolvers()),
    open() {
      opened?.resolve()
      opened = undefined
    },
    waiting: () => waiting,
    async pass() {
      if (opened === undefined) return
      waiting += 1
      await opened.promise
      waiting -= 1
    },
  }
}

function create(credentials: DocumentStore = createMemoryDocumentStore()) {
  const clock = createManualClock()
  const server = createAuthorizationServer(url)
  const tokenGate = createGate()
  const readGate = createGate()
  const outage = { isOn: false }
  const login = createUpstreamLogin({
    entry: {
      name: 'peer',
      transport: 'http',
      url,
      headers: {},
      hub: upstreamOptionsSchema.parse({}),
    },
    credentials: {
      ...credentials,
      async read(name) {
        const document = await credentials.read(name)
        await readGate.pass()
        return document
      },
    },
    async fetch(address, init) {
      if (outage.isOn) return new Response(null, { status: 503 })
      if (String(address).endsWith('/token')) await tokenGate.pass()
      return server.fetch(address, init)
    },
    redirectUrl,
    clock,
  })
  return { clock, server, login, tokenGate, readGate, outage, credentials }
}

/** Starts a login, and returns the query of its callback. */
async function begin(login: UpstreamLogin): Promise<URLSearchParams> {
  return callbackOf((await login.start()).url)
}

function callbackOf(address = ''): URLSearchParams {
  const state = new URL(address).searchParams.get('state') ?? ''
  return new URLSearchParams({ state, code: 'code' })
}

async function logIn(login: UpstreamLogin): Promise<void> {
  expect(await login.complete(await begin(login))).toBe(true)
}

it('exchanges the code of a callback that arrives while the token is renewed', async () => {
  const { clock, server, login, tokenGate } = create()
  await logIn(login)
  const callback = await begin(login)
  clock.advance(server.lifetimeMs)
  tokenGate.close()
  const renewed = login.authProvider.token()
  await vi.waitFor(() => expect(tokenGate.waiting()).toBe(1))
  const completed = login.complete(callback)
  tokenGate.open()
  await renewed
  expect(await completed).toBe(true)
  expect(server.exchanges()).toBe(2)
  expect(await login.authProvider.token()).toBe(server.accessToken())
  expect(login.pending()).toBeUndefined()
})

it('exchanges the code although a renewal starts before the callback is processed', async () => {
  const { clock, server, login, tokenGate, readGate } = create()
  await logIn(login)
  const callback = await begin(login)
  clock.advance(server.lifetimeMs)
  readGate.close()
  tokenGate.close()
  const completed = login.complete(callback)
  await vi.waitFor(() => expect(readGate.waiting()).toBe(1))
  const renewed = login.authProvider.token()
  readGate.open()
  await vi.waitFor(() => expect(tokenGate.waiting()).toBe(1))
  tokenGate.open()
  await renewed
  expect(await completed).toBe(true)
  expect(server.exchanges()).toBe(2)
  expect(await login.authProvider.token()).toBe(server.accessToken())
})

it('starts a login while the token is renewed', async () => {
  const { clock, server, login, tokenGate, readGate } = create()
  await logIn(login)
  clock.advance(server.lifetimeMs)
  readGate.close()
  tokenGate.close()
  const started = login.start()
  await vi.waitFor(() => expect(readGate.waiting()).toBe(1))
  const renewed = login.authProvider.token()
  await vi.waitFor(() => expect(tokenGate.waiting() + readGate.waiting()).toBeGreaterThan(0))
  readGate.open()
  tokenGate.open()
  await renewed
  const { url: address } = await started
  expect(address).toContain('/authorize')
  expect(await login.complete(callbackOf(address))).toBe(true)
})

it('completes one of two callbacks with the same code', async () => {
  const { server, login } = create()
  const callback = await begin(login)
  const both = await Promise.all([login.complete(callback), login.complete(callback)])
  expect(both).toEqual([true, false])
  expect(server.exchanges()).toBe(1)
})

it('keeps a requested login while the token is renewed, for an hour', async () => {
  const { clock, server, login } = create()
  await logIn(login)
  await login.start()
  const { state } = login.pending() ?? {}
  clock.advance(server.lifetimeMs)
  await login.authProvider.token()
  expect(login.pending()?.state).toBe(state)
  clock.advance(3_600_000)
  await login.authProvider.token()
  expect(server.renewals()).toBe(2)
  expect(login.pending()).toBeUndefined()
})

it('keeps the address of a requested login although the token cannot be renewed', async () => {
  const { clock, server, login } = create()
  await logIn(login)
  const callback = await begin(login)
  // Another use of the refresh token ends it.
  const refresh = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'refresh-1' })
  await server.fetch('https://login.example.com/token', { body: refresh })
  clock.advance(server.lifetimeMs)
  await expect(login.authProvider.token()).rejects.toThrow('requires a login')
  expect(await login.complete(callback)).toBe(true)
  expect(await login.authProvider.token()).toBe(server.accessToken())
})

it('keeps the token after a callback with an invalid code', async () => {
  const { login } = create()
  await logIn(login)
  const before = await login.authProvider.token()
  const callback = await begin(login)
  callback.set('code', 'guessed')
  await expect(login.complete(callback)).rejects.toThrow('failed')
  expect(await login.authProvider.token()).toBe(before)
})

function refusal(login: UpstreamLogin, status: number, challenge: string) {
  const headers = { 'www-authenticate': challenge }
  return login.watch(async () => new Response(null, { status, headers }))
}

it('completes a login after a renewal failed because the server was unavailable', async () => {
  const { login, outage } = create()
  await logIn(login)
  const token = await login.authProvider.token()
  const callback = await begin(login)
  outage.isOn = true
  const request = { headers: { authorization: `Bearer ${token}` } }
  const response = await refusal(login, 401, 'Bearer')(url, request)
  const refused = login.authProvider.onUnauthorized?.({
    response,
    serverUrl: new URL(url),
    fetchFn: fetch,
  })
  await expect(refused).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  outage.isOn = false
  expect(await login.complete(callback)).toBe(true)
})

it('starts one login for the permissions that two concurrent calls lack', async () => {
  const { login } = create()
  await logIn(login)
  const token = await login.authProvider.token()
  const request = { headers: { authorization: `Bearer ${token}` } }
  const call = (scope: string) =>
    refusal(login, 403, `Bearer error="insufficient_scope", scope="${scope}"`)(url, request)
  const results = await Promise.allSettled([call('read'), call('write'), call('write')])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(login.pending()?.scope?.split(' ').toSorted()).toEqual(['read', 'write'])
})

it('repeats a request that lacked a permission with the token that was granted meanwhile', async () => {
  const { server, login } = create()
  await logIn(login)
  const before = await login.authProvider.token()
  await logIn(login)
  const received: (string | null)[] = []
  const fetchResponse = login.watch(async (_url, init) => {
    const authorization = new Headers(init?.headers).get('authorization')
    received.push(authorization)
    if (authorization === `Bearer ${server.accessToken()}`) return new Response('done')
    const challenge = 'Bearer error="insufficient_scope", scope="write"'
    return new Response(null, { status: 403, headers: { 'www-authenticate': challenge } })
  })
  const response = await fetchResponse(url, { headers: { authorization: `Bearer ${before}` } })
  expect(await response.text()).toBe('done')
  expect(received).toEqual([`Bearer ${before}`, `Bearer ${server.accessToken()}`])
  expect(login.pending()).toBeUndefined()
})
