import type { RawRequest } from '@mcp/http'
import { runRoute } from '@mcp/http'
import type { McpError, RequestEnvelope } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { weather } from '../../examples/weather.ts'
import type { LocalServer } from '../create-server.ts'
import type { Handlers } from '../define-server.ts'
import { defineServer } from '../define-server.ts'

const contexts: {
  sessionId: string | undefined
  principal: string | undefined
  remainingMs: number
}[] = []
const requests: RequestEnvelope[] = []

const handlers: Handlers<typeof weather> = {
  forecast: ({ city, days }) => ({ city, highs: Array.from({ length: days }, () => 4) }),
  report: () => ({ recorded: true }),
  cities(_params, { request, sessionId, principal, deadline }) {
    contexts.unshift({ sessionId, principal, remainingMs: deadline - Date.now() })
    requests.unshift(request)
    return ['Oslo']
  },
}

const server = defineServer(weather, handlers)
const internal = { isLoopback: true }
const external = { isLoopback: false }

function call(path: string, init: RequestInit = {}, on = server, peer = external) {
  return on.fetch(new Request(`http://weather.test${path}`, init), peer)
}

function post(body: unknown, headers: Record<string, string> = {}, on = server, peer = external) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const json = { 'content-type': 'application/json', ...headers }
  return call('/process', { method: 'POST', body: text, headers: json }, on, peer)
}

const cities = { type: 'weather-forecast', payload: { operation: 'cities' } }

it('returns a response envelope for a request envelope', async () => {
  const response = await post({
    id: 'req-1',
    type: 'weather-forecast',
    payload: { city: 'Oslo', operation: 'forecast', params: { days: 1 } },
  })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    id: 'req-1',
    status: 'success',
    data: { result: { city: 'Oslo', highs: [4] } },
  })
})

it('returns an error with the HTTP status of its code', async () => {
  const response = await post({ type: 'weather-forecast', payload: { operation: 'unknown' } })
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ status: 'error', error: { code: 'not-found' } })
})

it.each([
  ['not json', {}, 400, 'parse-error'],
  ['[]', {}, 400, 'invalid-request'],
  ['{"type":"Not Kebab"}', {}, 400, 'invalid-request'],
  ['{"type":"a","metadata":{"version":"2.0"}}', {}, 400, 'unsupported-version'],
  ['{"type":"a"}', { 'content-type': 'text/plain' }, 400, 'invalid-request'],
  [`${'['.repeat(200)}${']'.repeat(200)}`, {}, 413, 'payload-too-large'],
])('rejects %s', async (body, headers, status, code) => {
  const response = await post(body, headers)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ error: { code, message: expect.any(String) } })
})

it('rejects a body over the limit, through fetch and fastRoute', async () => {
  const small = defineServer(weather, handlers, { maxBodyBytes: 100 })
  const body = JSON.stringify({ type: 'weather-forecast', payload: { note: 'x'.repeat(100) } })
  expect((await post(body, {}, small)).status).toBe(413)

  const response = await runFast(small, {
    header: () => undefined,
    body: new TextEncoder().encode(body),
    signal: new AbortController().signal,
    peer: external,
  })
  expect(response?.status).toBe(413)
})

it('has a fast route only for the two frequent routes', () => {
  expect(server.fastRoute('POST', '/process')).toBeTypeOf('function')
  expect(server.fastRoute('POST', '/process?trace=1')).toBeTypeOf('function')
  expect(server.fastRoute('GET', '/notifications')).toBeTypeOf('function')
  expect(server.fastRoute('GET', '/process')).toBeUndefined()
  expect(server.fastRoute('POST', '/processes')).toBeUndefined()
})

it('returns a JSON error that suggests a similar path for an unknown path', async () => {
  const response = await call('/proces', { method: 'POST' })
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({
    error: {
      code: 'not-found',
      message: 'No route POST /proces. Did you mean "/process"?',
      details: { near: ['/process'] },
    },
  })
})

it.each([
  ['GET', '/process', 'POST'],
  ['PUT', '/notifications', 'GET'],
  ['HEAD', '/notifications', 'GET'],
  ['GET', '/sessions/s1', 'DELETE'],
  ['POST', '/health', 'GET, HEAD'],
])('returns 405 with the allowed methods: %s %s', async (method, path, allow) => {
  const response = await call(path, { method })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe(allow)
})

it('describes the server and its operations', async () => {
  const response = await call('/capabilities')
  expect(await response.json()).toMatchObject({
    server: 'weather',
    version: '1.2.0',
    type: 'weather-forecast',
    target: 'city',
    routes: [
      { type: 'weather-forecast', targetKey: 'city' },
      { type: 'storm-report', targetKey: 'city' },
    ],
    operations: [
      {
        operation: 'forecast',
        paramsSchema: { type: 'object', properties: { days: { type: 'integer' } } },
        targetSchema: { type: 'string' },
        hints: { readOnly: true },
        examples: [{ target: 'Oslo', params: { days: 1 } }],
      },
      { operation: 'report' },
      { operation: 'cities' },
      { operation: 'readResult' },
    ],
    notifications: { 'weather-alert': { type: 'object' } },
  })
})

it.each(['/health', '/ready'])('returns its health: %s', async (path) => {
  expect(await (await call(path)).json()).toEqual({ state: 'healthy' })

  const unhealthy = defineServer(weather, handlers, {
    health: () => ({ state: 'unhealthy', reason: 'no sky' }),
  })
  const response = await call(path, {}, unhealthy)
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({ state: 'unhealthy', reason: 'no sky' })
})

it('is unhealthy if the health check throws, and reports the error', async () => {
  const reported: McpError[] = []
  const broken = defineServer(weather, handlers, {
    health: () => Promise.reject(new Error('secret')),
    onError: (error) => reported.push(error),
  })
  const response = await call('/health', {}, broken)
  expect(response.status).toBe(503)
  expect(await response.text()).not.toContain('secret')
  expect(reported).toHaveLength(1)
})

const withClaims = {
  ...cities,
  metadata: { sessionId: 'from-body', principal: 'body', timeoutMs: 5000, colour: 'red' },
}
const contextHeaders = {
  'mcp-context-session': 'from-header',
  'mcp-context-principal': 'J%C3%B6rg',
  'mcp-context-request': 'req%2042',
  'mcp-context-timeout-ms': '900',
}

it('prefers the session of the headers over that of the body, from an internal caller', async () => {
  const response = await post(withClaims, contextHeaders, server, internal)
  expect(await response.json()).toMatchObject({ id: 'req 42' })
  expect(contexts[0]).toMatchObject({ sessionId: 'from-header', principal: 'Jörg' })
  expect(contexts[0]?.remainingMs).toBeLessThanOrEqual(900)
})

it('uses the session of the body if there are no headers, from an internal caller', async () => {
  await post(withClaims, {}, server, internal)
  expect(contexts[0]).toMatchObject({ sessionId: 'from-body', principal: 'body' })
})

it('does not combine a session of the headers with a principal of the body', async () => {
  await post(withClaims, { 'mcp-context-session': 's1' }, server, internal)
  expect(contexts[0]).toMatchObject({ sessionId: 's1', principal: undefined })
})

it('drops the session and principal claimed by an external caller, but no other metadata', async () => {
  await post(withClaims, contextHeaders, server, external)
  expect(contexts[0]).toMatchObject({ sessionId: undefined, principal: undefined })
  expect(contexts[0]?.remainingMs).toBeGreaterThan(900)
  expect(requests[0]?.metadata).toMatchObject({ colour: 'red' })
  expect(requests[0]?.metadata).not.toHaveProperty('sessionId')
  expect(requests[0]?.metadata).not.toHaveProperty('principal')
})

it('treats a browser on the same machine as external', async () => {
  await post(withClaims, { origin: 'https://evil.test' }, server, internal)
  expect(contexts[0]).toMatchObject({ sessionId: undefined })
})

it.each([{ 'mcp-context-principal': '%E0%A4%A' }, { 'mcp-context-timeout-ms': 'soon' }])(
  'rejects an invalid context header: %j',
  async (headers: Record<string, string>) => {
    const response = await post(cities, headers, server, internal)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 'invalid-request' } })
  },
)

it('closes a session repeatedly for an internal caller, and refuses an external one', async () => {
  const init = { method: 'DELETE' }
  expect((await call('/sessions/s1', init, server, internal)).status).toBe(204)
  expect((await call('/sessions/s1', init, server, internal)).status).toBe(204)
  const forbidden = await call('/sessions/s1', init, server, external)
  expect(forbidden.status).toBe(403)
  expect(await forbidden.json()).toMatchObject({ error: { details: { reason: 'untrusted' } } })
})

it('refuses an external response to an interaction, and returns 404 if none is pending', async () => {
  const headers = { 'content-type': 'application/json' }
  const init = { method: 'POST', body: '{"action":"accept"}', headers }
  expect((await call('/interactions/i1', init, server, external)).status).toBe(403)
  expect((await call('/interactions/i1', init, server, internal)).status).toBe(404)
  const invalid = { ...init, body: '{"action":"maybe"}' }
  expect((await call('/interactions/i1', invalid, server, internal)).status).toBe(400)
})

it('returns an internal error for a result that is not JSON', async () => {
  const reported: McpError[] = []
  const failing = defineServer(
    weather,
    { ...handlers, cities: () => JSON.parse('[]', () => 10n) },
    { onError: (error) => reported.push(error), selfPaging: ['cities'] },
  )
  const response = await post(cities, {}, failing)
  expect(response.status).toBe(500)
  expect(await response.json()).toMatchObject({ error: { code: 'internal' } })
  expect(reported[0]?.cause).toBeInstanceOf(TypeError)
})

it('returns "unavailable" after it is closed', async () => {
  const closed = defineServer(weather, handlers)
  await closed.close()
  await closed.close()
  expect((await post(cities, {}, closed)).status).toBe(503)
  expect((await call('/notifications', {}, closed)).status).toBe(503)
  expect((await call('/health', {}, closed)).status).toBe(503)
})

function runFast(local: LocalServer, request: RawRequest) {
  const route = local.fastRoute('POST', '/process')
  return route && runRoute(route, request)
}
