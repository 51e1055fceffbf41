import { createClient } from '@mcp/client'
import { builtinServers } from '@mcp/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openSession, postJson } from './http.ts'
import type { SeparateServices } from './system.ts'
import { startHub, startServices } from './system.ts'

/** One call of each server that works without any setup, and its result. */
const calls = [
  {
    server: 'resources',
    payload: { operation: 'list', params: { scheme: 'memory' } },
    result: { items: [] },
  },
  {
    server: 'sampling',
    payload: { operation: 'listPending', params: {} },
    result: { items: [] },
  },
  {
    server: 'tools',
    payload: { tool: 'calculator', operation: 'add', params: { a: 0.1, b: 0.2 } },
    result: 0.3,
  },
  {
    server: 'database',
    payload: { operation: 'query', params: { sql: 'select 20 + 22 as sum' } },
    result: { rows: [{ sum: 42 }], truncated: false },
  },
  {
    server: 'internet',
    payload: { operation: 'extract', params: { html: '<h1>Hello</h1><p>World</p>' } },
    result: { content: expect.stringContaining('Hello') },
  },
  {
    server: 'roots',
    payload: { operation: 'listRoots', params: {} },
    result: { items: [{ name: 'workspace' }] },
  },
  {
    server: 'prompts',
    payload: { operation: 'list', params: { limit: 2 } },
    result: { items: expect.any(Array), nextCursor: expect.any(String) },
  },
] as const

const typeOf = new Map<string, string>(
  Object.values(builtinServers).map(({ name, type }) => [name, type]),
)

// The embedded database is created on first use, which takes seconds.
describe('each server in its own process', { timeout: 60_000 }, () => {
  let services: SeparateServices
  beforeAll(async () => {
    services = await startServices()
  }, 90_000)
  afterAll(() => services.stop(), 30_000)

  it.each(calls)('$server responds on its own port', async ({ server, payload, result }) => {
    const url = services.serverUrls.get(server)
    const { status, body } = await postJson(`${url}/process`, { type: typeOf.get(server), payload })
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: 'success', data: { result } },
    })
  })

  it.each(calls)('$server responds through the session manager', async (call) => {
    const session = await openSession(services.sessionManagerUrl)
    const request = { type: typeOf.get(call.server), payload: call.payload }
    const { status, body } = await postJson(`${session}/requests`, request)
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: 'success', data: { result: call.result } },
    })
  })

  it('gives the typed client a method for each operation', async () => {
    await using session = await createClient({ url: services.sessionManagerUrl }).connect()
    const { rows } = await session.database.query({ sql: 'select 1 as one' })
    expect(rows).toEqual([{ one: 1 }])
    const { items } = await session.roots.listRoots()
    expect(items.map(({ name }) => name)).toEqual(['workspace'])
    await session.roots.writeFile({ root: 'workspace', path: 'a.txt', content: 'hello' })
    expect(await session.roots.readFile({ root: 'workspace', path: 'a.txt' })).toMatchObject({
      content: 'hello',
    })
  })
})

describe('all servers in one process', () => {
  it('lists every operation of the seven servers, and serves each server', async () => {
    const hub = await startHub()
    try {
      const session = await openSession(hub.sessionManagerUrl)
      for (const { server, payload, result } of calls) {
        const { body } = await postJson(`${session}/requests`, {
          type: typeOf.get(server),
          payload,
        })
        expect(body).toMatchObject({ status: 'success', data: { result } })
      }
    } finally {
      await hub.stop()
    }
  }, 60_000)
})
