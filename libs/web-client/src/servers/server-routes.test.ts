import { createRestClient } from '@mcp/client/rest'
import type { Peer } from '@mcp/http'
import { createOfflinePlanner } from '@mcp/offline-planner'
import { expect, it } from 'vitest'

import { createWebClient } from '../web-client.ts'

const local: Peer = { isLoopback: true }

function setUp(peer: Peer = local, headers: Record<string, string> = {}) {
  const received: { method: string; path: string; body: string; origin: string | null }[] = []
  const service = createWebClient({
    llm: createOfflinePlanner(),
    async fetch(request) {
      const { method, headers: sent } = request
      const path = new URL(request.url).pathname
      received.push({ method, path, body: await request.text(), origin: sent.get('origin') })
      if (path.endsWith('/missing')) {
        const error = { code: 'not-found', message: 'No such server.', retryable: false }
        return Response.json({ error }, { status: 404 })
      }
      if (path.endsWith('/authorize')) return Response.json({ url: 'https://login.example.com/' })
      return method === 'POST' && path === '/servers'
        ? Response.json({ name: 'weather' }, { status: 201 })
        : new Response(null, { status: 204 })
    },
  })
  const client = createRestClient({
    url: 'http://localhost:8080',
    headers,
    fetch: (request) => service.fetch(request, peer),
  })
  return { received, client }
}

it('sends the changes of operators to the session manager', async () => {
  const { received, client } = setUp()
  const server = { name: 'weather', url: 'https://weather.example.com/mcp', hub: { prefix: false } }
  expect(await client.servers.add(server)).toEqual({ name: 'weather' })
  await client.servers.restart('weather')
  await client.servers.remove('weather')
  expect(await client.servers.authorize('weather')).toEqual({ url: 'https://login.example.com/' })
  await client.servers.approve('weather', { tools: ['read'] })
  await client.servers.approve('weather')
  expect(received).toEqual([
    { method: 'POST', path: '/servers', body: JSON.stringify(server), origin: null },
    { method: 'POST', path: '/servers/weather/restart', body: '', origin: null },
    { method: 'DELETE', path: '/servers/weather', body: '', origin: null },
    { method: 'POST', path: '/servers/weather/authorize', body: '', origin: null },
    { method: 'POST', path: '/servers/weather/approve', body: '{"tools":["read"]}', origin: null },
    { method: 'POST', path: '/servers/weather/approve', body: '{}', origin: null },
  ])
  await expect(client.servers.remove('missing')).rejects.toThrow('No such server.')
})

it.each([
  ['another machine', { isLoopback: false }, {}],
  ['a proxy', local, { 'x-forwarded-for': '192.0.2.1' }],
  ['a page of another site', local, { origin: 'https://example.com' }],
])('refuses changes from %s', async (_, peer, headers) => {
  const { received, client } = setUp(peer, headers)
  await expect(client.servers.remove('weather')).rejects.toMatchObject({ code: 'forbidden' })
  expect(received).toEqual([])
})
