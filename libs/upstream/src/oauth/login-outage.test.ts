import { createMemoryDocumentStore } from '@mcp/files'
import { createManualClock } from '@mcp/protocol/testing'
import { expect, it } from 'vitest'

import { upstreamOptionsSchema } from '../entry/upstream-options.ts'
import { createAuthorizationServer } from '../fixtures/authorization-server.ts'
import { createUpstreamLogin } from './upstream-login.ts'

const url = 'https://mcp.example.com/mcp'
const resourceMetadata = '/.well-known/oauth-protected-resource'
const metadata = '/.well-known/oauth-authorization-server'

const failures = {
  'status 500': async () => new Response(null, { status: 500 }),
  'status 502': async () => new Response(null, { status: 502 }),
  'status 429': async () => new Response(null, { status: 429 }),
  'a network failure': () => Promise.reject(new TypeError('fetch failed')),
  'a timeout': () => Promise.reject(new DOMException('timed out', 'TimeoutError')),
} satisfies Record<string, () => Promise<Response>>

/** Creates a login whose authorization server fails at the paths with a prefix. */
function create(oauth?: Readonly<Record<string, string>>) {
  const clock = createManualClock()
  const server = createAuthorizationServer(url)
  const outage: { path: string | undefined; respond: () => Promise<Response> } = {
    path: undefined,
    respond: failures['status 500'],
  }
  const credentials = createMemoryDocumentStore()
  const login = createUpstreamLogin({
    entry: {
      name: 'peer',
      transport: 'http',
      url,
      headers: {},
      hub: upstreamOptionsSchema.parse(oauth === undefined ? {} : { oauth }),
    },
    credentials,
    async fetch(address, init) {
      const { pathname } = new URL(address)
      if (outage.path !== undefined && pathname.startsWith(outage.path)) return outage.respond()
      return server.fetch(address, init)
    },
    redirectUrl: 'http://localhost:5000/oauth/callback',
    clock,
  })
  return { clock, server, login, outage, credentials }
}

const unavailable = {
  code: 'unavailable',
  retryable: true,
  message: expect.stringMatching(
    /^The login at the server "peer" is not possible now: "(login|mcp)\.example\.com" .*\. Retry later\.$/,
  ),
  details: { reason: 'authorization-server', server: 'peer' },
}

it.each(
  Object.keys(failures).flatMap((name) =>
    [metadata, resourceMetadata, '/.well-known', '/register'].map((path) => [name, path] as const),
  ),
)('reports %s at %s as retryable', async (name, path) => {
  const { login, outage } = create()
  Object.assign(outage, { path, respond: Reflect.get(failures, name) })
  await expect(login.start()).rejects.toMatchObject(unavailable)
  outage.path = undefined
  expect((await login.start()).url).toContain('https://login.example.com/authorize')
})

it.each(['status 502', 'a network failure'])(
  'shows no address of a login if the metadata cannot be read because of %s',
  async (name) => {
    const { login, outage } = create({ clientId: 'client' })
    Object.assign(outage, { path: metadata, respond: Reflect.get(failures, name) })
    await expect(login.start()).rejects.toMatchObject(unavailable)
    expect(login.pending()).toBeUndefined()
  },
)

it.each(Object.entries(failures))('completes a login again after %s', async (_name, respond) => {
  const { login, outage } = create()
  const { url: address = '' } = await login.start()
  const state = new URL(address).searchParams.get('state') ?? ''
  const callback = new URLSearchParams({ state, code: 'code' })
  Object.assign(outage, { path: '/token', respond })
  await expect(login.complete(callback)).rejects.toMatchObject(unavailable)
  outage.path = undefined
  expect(await login.complete(callback)).toBe(true)
})

it('reports a refused registration as an error that a repetition does not solve', async () => {
  const { login, outage } = create()
  Object.assign(outage, {
    path: '/register',
    respond: async () => Response.json({ error: 'invalid_client_metadata' }, { status: 400 }),
  })
  await expect(login.start()).rejects.toMatchObject({ code: 'upstream-error', retryable: false })
})
