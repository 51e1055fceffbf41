import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { bearerAuthentication } from '@mcp/http'
import { McpError } from '@mcp/protocol'
import type { ManualClock } from '@mcp/protocol/testing'
import type { TestManager, TestServer } from './test-manager.fixture.ts'
import { createManualClock } from '@mcp/protocol/testing'
import { createTestManager, createTestServer } from './test-manager.fixture.ts'

let clock: ManualClock
let notes: TestServer
let service: TestManager

beforeEach(() => {
  clock = createManualClock()
  notes = createTestServer({
    add: { run: ({ payload }) => ({ result: payload['params'] }) },
    read: { hints: { readOnly: true }, run: () => ({ result: 'a note' }) },
  })
  service = createTestManager({ servers: [notes], clock, idleTtlMs: 60_000 })
})

afterEach(() => service.close())

describe('sessions', () => {
  it('opens a session and returns its location and times', async () => {
    const response = await service.call('POST', '/sessions', {
      clientId: 'ada',
      metadata: { colour: 'green' },
    })
    const session = await response.json()

    expect(response.status).toBe(201)
    expect(response.headers.get('location')).toBe(`/sessions/${session.sessionId}`)
    expect(session).toEqual({
      sessionId: expect.stringMatching(/^ses-[0-9a-f]{40}$/),
      clientId: 'ada',
      createdAt: '2027-01-15T08:00:00.000Z',
      lastActivity: '2027-01-15T08:00:00.000Z',
      expiresAt: '2027-01-15T08:01:00.000Z',
      status: 'active',
      metadata: { colour: 'green' },
    })
  })

  it('opens a session without a body', async () => {
    const response = await service.call('POST', '/sessions')
    expect(response.status).toBe(201)
  })

  it('reads a session, and returns 404 for an unknown id', async () => {
    const id = await service.open()
    expect((await service.call('GET', `/sessions/${id}`)).status).toBe(200)

    const missing = await service.call('GET', '/sessions/ses-unknown')
    expect(missing.status).toBe(404)
    expect(await missing.json()).toMatchObject({
      error: { code: 'session-not-found', details: { reason: 'unknown' } },
    })
  })

  it('limits the TTL that a client chooses to the maximum', async () => {
    const response = await service.call('POST', '/sessions', { ttlMs: 1e12 })
    const { createdAt, expiresAt } = await response.json()
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(86_400_000)
  })

  it('closes a session once, releases it on the servers that it used, and reports that it was closed', async () => {
    const id = await service.open()
    await service.request(id, 'add')

    expect((await service.call('DELETE', `/sessions/${id}`)).status).toBe(204)
    const again = await service.call('DELETE', `/sessions/${id}`)

    expect(again.status).toBe(404)
    expect((await again.json()).error.details).toEqual({ reason: 'closed' })
    expect(notes.closedSessions).toEqual([id])
    const late = await service.request(id, 'add')
    expect(late.status).toBe(404)
    expect((await late.json()).error).toMatchObject({ code: 'session-not-found' })
  })

  it('does not call servers that the session never used', async () => {
    const id = await service.open()
    await service.call('DELETE', `/sessions/${id}`)
    expect(notes.closedSessions).toEqual([])
  })

  it('lets one of several concurrent callers close a session', async () => {
    const id = await service.open()
    const responses = await Promise.all(
      Array.from({ length: 5 }, () => service.call('DELETE', `/sessions/${id}`)),
    )
    expect(responses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      204, 404, 404, 404, 404,
    ])
  })

  it('expires an idle session, before and after the sweep', async () => {
    const idle = await service.open()
    const busy = await service.open()
    clock.advance(40_000)
    await service.request(busy, 'read')
    clock.advance(30_000)

    const expired = await service.request(idle, 'read')
    expect(expired.status).toBe(404)
    expect((await expired.json()).error.details).toEqual({ reason: 'expired' })
    expect((await service.request(busy, 'read')).status).toBe(200)
  })

  it('keeps a session alive while a stream is open', async () => {
    const id = await service.open()
    const events = await service.events(id)
    clock.advance(300_000)
    expect((await service.call('GET', `/sessions/${id}`)).status).toBe(200)

    await events.cut()
    clock.advance(61_000)
    expect((await service.call('GET', `/sessions/${id}`)).status).toBe(404)
  })

  it('grants access to a session only to the principal that opened it', async () => {
    const secured = createTestManager({
      servers: [notes],
      authenticate: bearerAuthentication({ tokens: { one: 'ada', two: { id: 'bob' } } }),
    })
    const ada = { authorization: 'Bearer one' }
    const bob = { authorization: 'Bearer two' }
    const id = await secured.open({}, ada)

    const unknown = await secured.call('GET', `/sessions/${id}`)
    expect(unknown.status).toBe(401)
    expect(unknown.headers.get('www-authenticate')).toBe('Bearer')
    expect((await secured.call('GET', `/sessions/${id}`, undefined, ada)).status).toBe(200)

    const others = await secured.call('GET', `/sessions/${id}`, undefined, bob)
    expect(others.status).toBe(404)
    expect((await others.json()).error.details).toEqual({ reason: 'unknown' })
    expect((await secured.request(id, 'read', { headers: bob })).status).toBe(404)
    expect((await secured.call('DELETE', `/sessions/${id}`, undefined, bob)).status).toBe(404)
    await secured.close()
  })

  it('states why it refuses the credentials of a caller, on every route', async () => {
    const secured = createTestManager({
      servers: [notes],
      authenticate: bearerAuthentication({
        verify(token) {
          const code = token === 'issuer-down' ? 'unavailable' : 'unauthenticated'
          throw new McpError(code, `Refused: ${code}.`)
        },
      }),
    })
    for (const path of ['/sessions', '/sessions/x/events', '/servers', '/openapi.json']) {
      for (const [token, status] of [
        ['expired', 401],
        ['issuer-down', 503],
      ] as const) {
        const headers = { authorization: `Bearer ${token}` }
        const response = await secured.call('GET', path, undefined, headers)
        expect([path, response.status]).toEqual([path, status])
        expect((await response.json()).error.message).toMatch(/^Refused: /)
      }
    }
    await secured.close()
  })

  it('limits callers with refused credentials per address', async () => {
    const secured = createTestManager({
      rateLimit: { requests: 1, perMs: 60_000 },
      authenticate: () => Promise.reject(new McpError('unauthenticated', 'The token has expired.')),
    })
    const statusFrom = async (address: string) => {
      const peer = { isLoopback: false, address }
      return (await secured.manager.fetch(new Request('http://host/servers'), peer)).status
    }
    expect(await statusFrom('203.0.113.7')).toBe(401)
    expect(await statusFrom('203.0.113.7')).toBe(429)
    expect(await statusFrom('203.0.113.8')).toBe(401)
    await secured.close()
  })

  it('returns 403 to a token without the required scopes, on every route', async () => {
    const scopesOf: Record<string, readonly string[] | undefined> = {
      narrow: ['mcp:database'],
      wide: ['mcp:database', 'mcp:all'],
      unlimited: undefined,
    }
    const secured = createTestManager({
      servers: [notes],
      requiredScopes: ['mcp:all'],
      authenticate: bearerAuthentication({
        verify: (token) => ({ id: 'ada', scopes: scopesOf[token] }),
      }),
    })
    const statusOf = async (token: string, method: string, path: string) =>
      (await secured.call(method, path, undefined, { authorization: `Bearer ${token}` })).status
    const id = await secured.open({}, { authorization: 'Bearer wide' })
    for (const path of ['/sessions', `/sessions/${id}`, '/servers', '/openapi.json']) {
      expect([path, await statusOf('narrow', 'GET', path)]).toEqual([path, 403])
      expect([path, await statusOf('wide', 'GET', path)]).toEqual([path, 200])
      expect([path, await statusOf('unlimited', 'GET', path)]).toEqual([path, 200])
    }
    expect(await statusOf('narrow', 'DELETE', `/sessions/${id}`)).toBe(403)
    await secured.close()
  })

  it('lists the sessions of an authenticated caller page by page, and returns 401 to others', async () => {
    expect((await service.call('GET', '/sessions')).status).toBe(401)

    const secured = createTestManager({
      authenticate: bearerAuthentication({ verify: (token) => ({ id: token }) }),
    })
    const headers = { authorization: 'Bearer ada' }
    const ids = []
    for (let count = 0; count < 5; count++) ids.push(await secured.open({}, headers))
    await secured.open({}, { authorization: 'Bearer bob' })

    const first = await secured.call('GET', '/sessions?limit=3', undefined, headers)
    const page = await first.json()
    const rest = await secured.call(
      'GET',
      `/sessions?limit=3&cursor=${page.nextCursor}`,
      undefined,
      headers,
    )
    const last = await rest.json()
    const listed = [...page.sessions, ...last.sessions].map(({ sessionId }) => sessionId)
    expect(listed).toEqual(ids)
    expect(last.nextCursor).toBeUndefined()
    await secured.close()
  })
})

describe('the service', () => {
  it('reports health and readiness, and emits metrics', async () => {
    await service.open()
    expect((await service.call('GET', '/health')).status).toBe(200)
    expect((await service.call('GET', '/ready')).status).toBe(200)
    expect(service.metrics.valueOf('mcp_sessions_opened_total')).toBe(1)
  })

  it('is not ready if all servers are unhealthy, and reports the reasons', async () => {
    let state: 'unhealthy' | 'healthy' = 'unhealthy'
    const servers = ['tools', 'roots'].map((name) =>
      Object.assign(createTestServer({}), {
        name,
        describe: () => ({
          name,
          source: name,
          version: '1',
          routes: [],
          operations: [],
          notifications: {},
        }),
        health: () => ({
          state: name === 'roots' ? state : ('unhealthy' as const),
          reason: 'It is away.',
        }),
      }),
    )
    const away = createTestManager({ servers })
    const response = await away.call('GET', '/ready')
    expect(response.status).toBe(503)
    expect((await response.json()).error.message).toBe(
      'No server is healthy. tools: It is away. roots: It is away.',
    )
    state = 'healthy'
    const ready = await away.call('GET', '/ready')
    expect(ready.status).toBe(200)
    // Without the reason, because this route needs no token.
    expect(await ready.json()).toEqual({ status: 'ready', degraded: ['tools'] })
    await away.close()
  })

  it('lists the servers', async () => {
    const { servers } = await (await service.call('GET', '/servers')).json()
    expect(servers).toMatchObject([{ name: 'notes', health: { state: 'healthy' } }])
  })

  it('returns a JSON error for an unknown path', async () => {
    const response = await service.call('GET', '/nowhere')
    expect(response.status).toBe(404)
    expect((await response.json()).error.code).toBe('not-found')
  })

  it('serves under a base path', async () => {
    const mounted = createTestManager({ basePath: '/api/mcp' })
    const response = await mounted.call('POST', '/api/mcp/sessions')
    expect(response.headers.get('location')).toMatch(/^\/api\/mcp\/sessions\/ses-/)
    await mounted.close()
  })

  it('rejects new work once it is closing', async () => {
    const id = await service.open()
    await service.manager.close()
    expect((await service.call('POST', '/sessions')).status).toBe(503)
    expect((await service.request(id, 'read')).status).toBe(503)
    expect((await service.call('GET', '/ready')).status).toBe(503)
    expect((await service.call('GET', '/health')).status).toBe(200)
  })
})
