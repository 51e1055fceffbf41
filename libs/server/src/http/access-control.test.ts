import {
  bearerAuthentication,
  contextHeaders,
  createServiceSigner,
  serviceHeaders,
} from '@mcp/http'
import { systemClock } from '@mcp/protocol'
import { afterAll, describe, expect, it } from 'vitest'

import { weather } from '../../examples/weather.ts'
import type { LocalServer } from '../create-server.ts'
import type { Handlers } from '../define-server.ts'
import { defineServer } from '../define-server.ts'
import type { ServerOptions } from '../server-options.ts'

const serviceToken = 'a secret of the services'
const authenticate = bearerAuthentication({ tokens: { 'the-token-of-ada': 'ada' } })
const contexts: { sessionId: string | undefined; principal: string | undefined }[] = []
const handlers: Handlers<typeof weather> = {
  forecast: ({ city, days }) => ({ city, highs: Array.from({ length: days }, () => 4) }),
  report: () => ({ recorded: true }),
  cities(_params, { sessionId, principal }) {
    contexts.unshift({ sessionId, principal })
    return ['Oslo']
  },
}

const servers: LocalServer[] = []
function serve(options: ServerOptions): LocalServer {
  const server = defineServer(weather, handlers, options)
  servers.push(server)
  return server
}
afterAll(() => Promise.all(servers.map((server) => server.close())))

const configurations = {
  'no tokens': serve({}),
  'caller tokens': serve({ authenticate }),
  'service token': serve({ serviceToken }),
  'both tokens': serve({ authenticate, serviceToken }),
  'direct calls': serve({ authenticate, serviceToken, allowDirectCalls: true }),
}
type Configuration = keyof typeof configurations

const sign = createServiceSigner({ serviceToken, audience: 'weather', clock: systemClock })
const claims: Record<string, string> = {
  [contextHeaders.session]: 'ses-1',
  [contextHeaders.principal]: 'ben',
}

function signed(method: string, path: string): Record<string, string> {
  const { signature } = sign({ method, path, header: (name) => claims[name] })
  return { ...claims, [serviceHeaders.signature]: signature }
}

type CallerKind = 'anonymous' | 'wrong token' | 'principal' | 'signed'
function credentials(kind: CallerKind, method: string, path: string): Record<string, string> {
  if (kind === 'signed') return signed(method, path)
  if (kind === 'principal') return { ...claims, authorization: 'Bearer the-token-of-ada' }
  return kind === 'anonymous' ? claims : { ...claims, authorization: 'Bearer a-wrong-token' }
}

const routes = ['POST /process', 'GET /notifications', 'GET /capabilities', 'GET /health']
const internalRoutes = ['DELETE /sessions/ses-1', 'POST /interactions/int-1']

async function call(on: LocalServer, route: string, kind: CallerKind): Promise<Response> {
  const [method = '', path = ''] = route.split(' ')
  const isProcess = path === '/process'
  const body = isProcess
    ? JSON.stringify({ type: 'weather-forecast', payload: { operation: 'cities' } })
    : '{"action":"accept"}'
  const response = await on.fetch(
    new Request(`http://weather.test${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...credentials(kind, method, path) },
      ...(method === 'POST' ? { body } : {}),
    }),
    { isLoopback: true },
  )
  // The stream would stay open.
  if (path === '/notifications' && response.ok) await response.body?.cancel()
  return response
}

// Expected statuses of the routes with access `caller`, and of the routes with access `internal`.
const expected: Record<Configuration, Record<CallerKind, readonly [number, number]>> = {
  'no tokens': {
    anonymous: [200, 204],
    'wrong token': [200, 204],
    principal: [200, 204],
    signed: [200, 204],
  },
  'caller tokens': {
    anonymous: [401, 401],
    'wrong token': [401, 401],
    principal: [200, 403],
    signed: [401, 401],
  },
  'service token': {
    anonymous: [401, 401],
    'wrong token': [401, 401],
    principal: [401, 401],
    signed: [200, 204],
  },
  'both tokens': {
    anonymous: [401, 401],
    'wrong token': [401, 401],
    principal: [200, 403],
    signed: [200, 204],
  },
  'direct calls': {
    anonymous: [200, 403],
    'wrong token': [200, 403],
    principal: [200, 403],
    signed: [200, 204],
  },
}

const rows = Object.entries(expected).flatMap(([configuration, byKind]) =>
  Object.entries(byKind).map(([kind, statuses]) => ({ configuration, kind, statuses })),
)

describe.each(rows)('with $configuration, a caller that is $kind', (row) => {
  const server = Object.entries(configurations).find(([name]) => name === row.configuration)?.[1]
  const kind = (['anonymous', 'wrong token', 'principal', 'signed'] as const).find(
    (one) => one === row.kind,
  )
  if (server === undefined || kind === undefined) throw new Error('unknown row')
  const [forCallers, forInternal] = row.statuses

  it.each(routes)('gets the expected status of %s', async (route) => {
    const response = await call(server, route, kind)
    expect(response.status).toBe(route === 'GET /health' ? 200 : forCallers)
    if (response.status !== 401) return
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await response.json()).toMatchObject({ error: { code: 'unauthenticated' } })
  })

  it.each(internalRoutes)('gets the expected status of %s', async (route) => {
    // No interaction is pending.
    const status = forInternal === 204 && route.includes('interactions') ? 404 : forInternal
    expect((await call(server, route, kind)).status).toBe(status)
  })

  it('runs in the context that it may claim', async () => {
    contexts.length = 0
    const { status } = await call(server, 'POST /process', kind)
    const isInternal = forInternal === 204
    const isPrincipal = kind === 'principal' && !isInternal
    expect(contexts).toEqual(
      status !== 200
        ? []
        : [
            isInternal
              ? { sessionId: 'ses-1', principal: 'ben' }
              : { sessionId: undefined, principal: isPrincipal ? 'ada' : undefined },
          ],
    )
  })
})

it('proves to a signing caller that it has the token, even with an error', async () => {
  const { signature, proof } = sign({
    method: 'DELETE',
    path: '/sessions/a%20b',
    header: () => undefined,
  })
  const request = (headers: Record<string, string>) =>
    new Request('http://weather.test/sessions/a%20b', { method: 'DELETE', headers })
  const server = configurations['both tokens']
  const first = await server.fetch(request({ [serviceHeaders.signature]: signature }))
  expect(first.status).toBe(204)
  expect(first.headers.get(serviceHeaders.proof)).toBe(proof)
  const replayed = await server.fetch(request({ [serviceHeaders.signature]: signature }))
  expect(replayed.status).toBe(401)
  expect(replayed.headers.get(serviceHeaders.proof)).toBeNull()

  const failing = sign({ method: 'POST', path: '/interactions/int-1', header: () => undefined })
  const notFound = await server.fetch(
    new Request('http://weather.test/interactions/int-1', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [serviceHeaders.signature]: failing.signature,
      },
      body: '{"action":"accept"}',
    }),
  )
  expect(notFound.status).toBe(404)
  expect(notFound.headers.get(serviceHeaders.proof)).toBe(failing.proof)
})
