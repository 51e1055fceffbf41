import type { McpError, RequestEnvelope } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { weather } from '../../examples/weather.ts'
import type { Handlers } from '../define-server.ts'
import { defineServer } from '../define-server.ts'

const seen: { sessionId: string | undefined; principal: string | undefined; left: number }[] = []
const requests: RequestEnvelope[] = []

const handlers: Handlers<typeof weather> = {
  forecast: ({ place, days }) => ({ place, highs: Array.from({ length: days }, () => 4) }),
  report: () => ({ recorded: true }),
  places(_params, { request, sessionId, principal, deadline }) {
    seen.unshift({ sessionId, principal, left: deadline - Date.now() })
    requests.unshift(request)
    return ['Oslo']
  },
}

const server = defineServer(weather, handlers)
const guarded = defineServer(weather, handlers, { serviceToken: 'a-token' })
const here = { isLoopback: true }
const elsewhere = { isLoopback: false }

function call(path: string, init: RequestInit = {}, on = server, peer = elsewhere) {
  return on.fetch(new Request(`http://weather.test${path}`, init), peer)
}

function post(body: unknown, headers: Record<string, string> = {}, on = server, peer = elsewhere) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const json = { 'content-type': 'application/json', ...headers }
  return call('/process', { method: 'POST', body: text, headers: json }, on, peer)
}

const places = { type: 'weather-forecast', payload: { operation: 'places' } }

it('answers an envelope with an envelope', async () => {
  const response = await post({
    id: 'req-1',
    type: 'weather-forecast',
    payload: { place: 'Oslo', operation: 'forecast', params: { days: 1 } },
  })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    id: 'req-1',
    status: 'success',
    data: { result: { place: 'Oslo', highs: [4] } },
  })
})

it('answers an error with the HTTP status of its code', async () => {
  const response = await post({ type: 'weather-forecast', payload: { operation: 'nonsense' } })
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
])('refuses %s', async (body, headers, status, code) => {
  const response = await post(body, headers)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ error: { code, message: expect.any(String) } })
})

it('refuses a body over the limit, by either way in', async () => {
  const small = defineServer(weather, handlers, { maxBodyBytes: 100 })
  const body = JSON.stringify({ type: 'weather-forecast', payload: { note: 'x'.repeat(100) } })
  expect((await post(body, {}, small)).status).toBe(413)

  const answer = await small.fastRoute(
    'POST',
    '/process',
  )?.({
    header: () => undefined,
    body: new TextEncoder().encode(body),
    signal: new AbortController().signal,
    peer: elsewhere,
  })
  expect(answer?.status).toBe(413)
})

it('offers a short way to the two hot routes and to no other', () => {
  expect(server.fastRoute('POST', '/process')).toBeTypeOf('function')
  expect(server.fastRoute('POST', '/process?trace=1')).toBeTypeOf('function')
  expect(server.fastRoute('GET', '/notifications')).toBeTypeOf('function')
  expect(server.fastRoute('GET', '/process')).toBeUndefined()
  expect(server.fastRoute('POST', '/processes')).toBeUndefined()
})

it('answers a path it does not know with JSON that names the near one', async () => {
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
])('says which methods a path takes: %s %s', async (method, path, allow) => {
  const response = await call(path, { method })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe(allow)
})

it('describes itself, its operations and what the operations share', async () => {
  const response = await call('/capabilities')
  expect(await response.json()).toMatchObject({
    server: 'weather',
    version: '1.2.0',
    type: 'weather-forecast',
    target: 'place',
    routes: [
      { type: 'weather-forecast', targetKey: 'place' },
      { type: 'storm-report', targetKey: 'place' },
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
      { operation: 'places' },
      { operation: 'readResult' },
    ],
    notifications: { 'weather-alert': { type: 'object' } },
  })
})

it('tells its health', async () => {
  expect(await (await call('/health')).json()).toEqual({ state: 'healthy' })

  const sick = defineServer(weather, handlers, {
    health: () => ({ state: 'unhealthy', reason: 'no sky' }),
  })
  const response = await call('/health', {}, sick)
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({ state: 'unhealthy', reason: 'no sky' })
})

it('takes a health check that fails for bad health, and reports it', async () => {
  const reported: McpError[] = []
  const broken = defineServer(weather, handlers, {
    health: () => Promise.reject(new Error('secret')),
    onError: (error) => reported.push(error),
  })
  const response = await call('/health', {}, broken)
  expect(await response.text()).not.toContain('secret')
  expect(reported).toHaveLength(1)
})

const spoken = {
  ...places,
  metadata: { sessionId: 'from-body', principal: 'body', timeoutMs: 5000, colour: 'red' },
}
const contextHeaders = {
  'mcp-context-session': 'from-header',
  'mcp-context-principal': 'J%C3%B6rg',
  'mcp-context-request': 'req%2042',
  'mcp-context-timeout-ms': '900',
}

it('takes the session of the headers over that of the body, from a process it trusts', async () => {
  const response = await post(spoken, contextHeaders, server, here)
  expect(await response.json()).toMatchObject({ id: 'req 42' })
  expect(seen[0]).toMatchObject({ sessionId: 'from-header', principal: 'Jörg' })
  expect(seen[0]?.left).toBeLessThanOrEqual(900)
})

it('takes the session of the body where there are no headers, from a process it trusts', async () => {
  await post(spoken, {}, server, here)
  expect(seen[0]).toMatchObject({ sessionId: 'from-body', principal: 'body' })
})

it('does not mix a session of the headers with a principal of the body', async () => {
  await post(spoken, { 'mcp-context-session': 's1' }, server, here)
  expect(seen[0]).toMatchObject({ sessionId: 's1', principal: undefined })
})

it('drops what a stranger says of sessions, and keeps the rest', async () => {
  await post(spoken, contextHeaders, server, elsewhere)
  expect(seen[0]).toMatchObject({ sessionId: undefined, principal: undefined })
  expect(seen[0]?.left).toBeGreaterThan(900)
  expect(requests[0]?.metadata).toMatchObject({ colour: 'red' })
  expect(requests[0]?.metadata).not.toHaveProperty('sessionId')
  expect(requests[0]?.metadata).not.toHaveProperty('principal')
})

it('does not trust a page in a browser on the same machine', async () => {
  await post(spoken, { origin: 'https://evil.test' }, server, here)
  expect(seen[0]).toMatchObject({ sessionId: undefined })
})

it('with a token configured, trusts the token and nothing else', async () => {
  await post(spoken, {}, guarded, here)
  expect(seen[0]).toMatchObject({ sessionId: undefined })
  await post(spoken, { 'mcp-service-token': 'b-token' }, guarded, here)
  expect(seen[0]).toMatchObject({ sessionId: undefined })
  await post(spoken, { 'mcp-service-token': 'a-token' }, guarded, elsewhere)
  expect(seen[0]).toMatchObject({ sessionId: 'from-body' })
})

it.each([{ 'mcp-context-principal': '%E0%A4%A' }, { 'mcp-context-timeout-ms': 'soon' }])(
  'refuses a context header it cannot read: %j',
  async (headers: Record<string, string>) => {
    const response = await post(places, headers, server, here)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 'invalid-request' } })
  },
)

it('closes a session for a process it trusts, as often as asked, and for no stranger', async () => {
  const init = { method: 'DELETE' }
  expect((await call('/sessions/s1', init, server, here)).status).toBe(204)
  expect((await call('/sessions/s1', init, server, here)).status).toBe(204)
  const refused = await call('/sessions/s1', init, server, elsewhere)
  expect(refused.status).toBe(403)
  expect(await refused.json()).toMatchObject({ error: { details: { reason: 'untrusted' } } })
})

it('lets no stranger answer a question, and says so where no question waits', async () => {
  const headers = { 'content-type': 'application/json' }
  const init = { method: 'POST', body: '{"action":"accept"}', headers }
  expect((await call('/interactions/i1', init, server, elsewhere)).status).toBe(403)
  expect((await call('/interactions/i1', init, server, here)).status).toBe(404)
  const wrong = { ...init, body: '{"action":"maybe"}' }
  expect((await call('/interactions/i1', wrong, server, here)).status).toBe(400)
})

it('answers a result that is not JSON as an internal error', async () => {
  const reported: McpError[] = []
  const odd = defineServer(
    weather,
    { ...handlers, places: () => JSON.parse('[]', () => 10n) },
    { onError: (error) => reported.push(error), selfPaging: ['places'] },
  )
  const response = await post(places, {}, odd)
  expect(response.status).toBe(500)
  expect(await response.json()).toMatchObject({ error: { code: 'internal' } })
  expect(reported[0]?.cause).toBeInstanceOf(TypeError)
})

it('answers with "unavailable" once it is closed', async () => {
  const closing = defineServer(weather, handlers)
  await closing.close()
  await closing.close()
  expect((await post(places, {}, closing)).status).toBe(503)
  expect((await call('/notifications', {}, closing)).status).toBe(503)
  expect((await call('/health', {}, closing)).status).toBe(503)
})
