import type { ServerListing } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { Peer } from '@mcp/http'
import { bearerAuthentication } from '@mcp/http'
import { expect, it, vi } from 'vitest'

import { createSessionManager } from '../session-manager.ts'
import type { SessionManagerOptions } from '../session-manager.ts'
import type { ServerAdministration } from './server-administration.ts'

const local: Peer = { isLoopback: true }

function setUp(options: Partial<SessionManagerOptions> = {}) {
  const administration = {
    add: vi.fn<ServerAdministration['add']>(),
    remove: vi.fn<ServerAdministration['remove']>(),
    restart: vi.fn<ServerAdministration['restart']>(),
    authorize: vi.fn<NonNullable<ServerAdministration['authorize']>>(() => ({ url: 'https://a/' })),
    approve: vi.fn<NonNullable<ServerAdministration['approve']>>(),
  }
  const manager = createSessionManager({
    dispatcher: {
      dispatch: () => Promise.reject(new Error('unused')),
      operationOf: () => undefined,
      descriptions: () => [],
      servers: () => Promise.resolve([]),
      subscribe: () => () => {},
      sessionClosed: () => Promise.resolve(),
    },
    administration,
    ...options,
  })
  const send = async (
    method: string,
    path: string,
    { body, peer = local, headers = {} }: Sent = {},
  ) => {
    const response = await manager.fetch(
      new Request(`http://localhost${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
      peer,
    )
    return { status: response.status, body: await response.text() }
  }
  return { administration, send }
}

interface Sent {
  body?: unknown
  peer?: Peer
  headers?: Record<string, string>
}

it('adds, removes, restarts, authorizes and approves servers', async () => {
  const { administration, send } = setUp()
  const definition = { url: 'https://example.com/mcp', hub: { prefix: false } }
  expect(await send('POST', '/servers', { body: { name: 'github', ...definition } })).toEqual({
    status: 201,
    body: '{"name":"github"}',
  })
  expect(administration.add).toHaveBeenCalledExactlyOnceWith('github', definition)
  expect(await send('DELETE', '/servers/github')).toMatchObject({ status: 204 })
  expect(administration.remove).toHaveBeenCalledExactlyOnceWith('github')
  expect(await send('POST', '/servers/github/restart')).toMatchObject({ status: 204 })
  expect(administration.restart).toHaveBeenCalledExactlyOnceWith('github')
  expect(await send('POST', '/servers/github/authorize')).toMatchObject({
    status: 200,
    body: '{"url":"https://a/"}',
  })
  const approval = { body: { tools: ['a'] } }
  expect(await send('POST', '/servers/github/approve', approval)).toMatchObject({ status: 204 })
  expect(administration.approve).toHaveBeenCalledExactlyOnceWith('github', ['a'])
})

it('returns the errors of the servers, and refuses an invalid body', async () => {
  const { administration, send } = setUp()
  administration.remove.mockRejectedValue(new McpError('conflict', 'It is defined in a file.'))
  expect(await send('DELETE', '/servers/github')).toMatchObject({
    status: 409,
    body: expect.stringContaining('It is defined in a file.'),
  })
  expect(await send('POST', '/servers', { body: { url: 'x' } })).toMatchObject({ status: 400 })
})

it('admits programs on this machine if callers are not authenticated', async () => {
  const { administration, send } = setUp()
  const refused: Sent[] = [
    { peer: { isLoopback: false } },
    { peer: { isLoopback: undefined } },
    { headers: { origin: 'http://localhost:3000' } },
    { headers: { 'x-forwarded-for': '10.0.0.1' } },
  ]
  for (const each of refused) {
    expect(await send('DELETE', '/servers/github', each)).toMatchObject({ status: 403 })
  }
  expect(administration.remove).not.toHaveBeenCalled()
})

it('admits only operators if callers are authenticated', async () => {
  const tokens = { 'secret-of-ann': 'ann', 'secret-of-bob': 'bob' }
  const { administration, send } = setUp({
    authenticate: bearerAuthentication({ tokens }),
    operators: ['ann'],
  })
  const as = (name: string): Sent => ({
    headers: { authorization: `Bearer secret-of-${name}` },
    peer: { isLoopback: false },
  })
  expect(await send('DELETE', '/servers/github')).toMatchObject({ status: 401 })
  expect(await send('DELETE', '/servers/github', as('bob'))).toMatchObject({ status: 403 })
  expect(administration.remove).not.toHaveBeenCalled()
  expect(await send('DELETE', '/servers/github', as('ann'))).toMatchObject({ status: 204 })
})

it('shows the address of a login only to operators', async () => {
  const since = '2026-01-01T00:00:00Z'
  const connection = { phase: 'awaiting-auth', since, loginUrl: 'https://a/' } as const
  const listing: ServerListing = {
    name: 'github',
    source: 'upstream-github',
    version: '1',
    routes: [],
    operations: [],
    notifications: {},
    health: { state: 'degraded', connection },
    status: { state: 'degraded', since },
  }
  const dispatcher = {
    dispatch: () => Promise.reject(new Error('unused')),
    operationOf: () => undefined,
    descriptions: () => [],
    servers: () => Promise.resolve([listing]),
    subscribe: () => () => {},
    sessionClosed: () => Promise.resolve(),
  }
  const tokens = { 'secret-of-ann': 'ann', 'secret-of-bob': 'bob' }
  const { send } = setUp({
    dispatcher,
    authenticate: bearerAuthentication({ tokens }),
    operators: ['ann'],
  })
  const as = (name: string): Sent => ({ headers: { authorization: `Bearer secret-of-${name}` } })
  for (const _ of [1, 2]) {
    expect((await send('GET', '/servers', as('ann'))).body).toContain('"loginUrl":"https://a/"')
    const { body } = await send('GET', '/servers', as('bob'))
    expect(body).toContain('"phase":"awaiting-auth"')
    expect(body).not.toContain('https://a/')
  }
})

it('reports that there are no servers to change', async () => {
  const { send } = setUp({ administration: undefined })
  expect(await send('DELETE', '/servers/github')).toMatchObject({ status: 404 })
})
