import { McpError } from '@mcp/protocol'
import { expect, it, vi } from 'vitest'

import { createDispatchService } from './dispatch-service.ts'
import { createDispatcher } from './dispatcher.ts'
import { createSampleServer, success } from './fixtures/sample-server.ts'

const echo = createSampleServer({
  process: async (request, { sessionId, principal, address, original }) =>
    success(request, {
      claims: [request.metadata.sessionId ?? null, request.metadata.principal ?? null],
      caller: [sessionId ?? null, principal ?? null],
      address: address ?? null,
      hasOriginal: original?.request === request,
    }),
})
const dispatcher = createDispatcher({ servers: [echo] })

function post(
  body: string,
  service = createDispatchService(dispatcher),
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const all = { 'content-type': 'application/json', ...headers }
  return service.fetch(new Request('http://app.test/ask', { method: 'POST', body, headers: all }))
}

it('returns a response envelope for a request envelope', async () => {
  const response = await post('{"id":"r1","type":"tool-execution"}')
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    id: 'r1',
    status: 'success',
    data: { hasOriginal: true },
  })
})

it('returns an error with the HTTP status of its code', async () => {
  expect((await post('{"type":"nothing-takes-this"}')).status).toBe(404)
  expect((await post('not json')).status).toBe(400)
  const tooLarge = createDispatchService(dispatcher, { maxBodyBytes: 10 })
  expect((await post('{"type":"tool-execution"}', tooLarge)).status).toBe(413)
})

it('ignores the session and principal that a client claims, and the bytes that contain them', async () => {
  const metadata = { sessionId: 'someone', principal: 'root' }
  const response = await post(JSON.stringify({ type: 'tool-execution', metadata }))
  expect(await response.json()).toMatchObject({
    data: { claims: [null, null], caller: [null, null], hasOriginal: false },
  })
})

it('uses the caller that the embedding application identifies', async () => {
  const service = createDispatchService(dispatcher, {
    identify: (request) => {
      if (request.header('authorization') === undefined)
        throw new McpError('unauthenticated', 'Who?')
      return { principal: 'ada', sessionId: 's1' }
    },
  })
  expect((await post('{"type":"tool-execution"}', service)).status).toBe(401)
  const known = await post('{"type":"tool-execution"}', service, { authorization: 'Bearer x' })
  expect(await known.json()).toMatchObject({ data: { caller: ['s1', 'ada'] } })
})

it('passes on the address of the caller', async () => {
  const request = () =>
    new Request('http://app.test/', {
      method: 'POST',
      body: '{"type":"tool-execution"}',
      headers: { 'content-type': 'application/json' },
    })
  const peer = { isLoopback: false, address: '203.0.113.7' }
  const service = createDispatchService(dispatcher)
  const fromPeer = await service.fetch(request(), peer)
  expect(await fromPeer.json()).toMatchObject({ data: { address: '203.0.113.7' } })
  const fromUnknown = await service.fetch(request())
  expect(await fromUnknown.json()).toMatchObject({ data: { address: null } })
})

it('limits each address of anonymous callers', async () => {
  const limited = createDispatcher({ servers: [echo], rateLimit: { requests: 1, perMs: 60_000 } })
  const service = createDispatchService(limited)
  const statusFrom = async (address: string): Promise<number> => {
    const init = { method: 'POST', body: '{"type":"tool-execution"}' }
    const headers = { 'content-type': 'application/json' }
    const request = new Request('http://app.test/', { ...init, headers })
    return (await service.fetch(request, { isLoopback: false, address })).status
  }
  expect(await statusFrom('203.0.113.7')).toBe(200)
  expect(await statusFrom('203.0.113.7')).toBe(429)
  expect(await statusFrom('203.0.113.8')).toBe(200)
})

it('accepts only POST', async () => {
  const response = await createDispatchService(dispatcher).fetch(new Request('http://app.test/'))
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('POST')
})

it('returns "unavailable" after it is closed, and ends the requests in flight', async () => {
  const silent = createSampleServer({ process: () => new Promise(() => {}) })
  const held = createDispatcher({ servers: [silent] })
  const service = createDispatchService(held)
  const waiting = post('{"type":"tool-execution"}', service)
  await vi.waitFor(() => expect(silent.received).toHaveLength(1))
  await service.close()
  expect((await waiting).status).toBe(499)
  expect((await post('{"type":"tool-execution"}', service)).status).toBe(503)
  await held.close()
})
