import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { readEvents } from './event-reader.ts'
import type { McpHub } from './mcp-hub.ts'
import { startMcpHub } from './mcp-hub.ts'
import { openLegacySession, post } from './raw-client.ts'

const allowedOrigin = 'https://app.example.org'

let hub: McpHub
let proxy: FreezableProxy
beforeAll(async () => {
  hub = await startMcpHub({ MCP_ALLOWED_ORIGINS: allowedOrigin })
  proxy = await startProxy(Number(new URL(hub.url).port))
}, 60_000)
afterAll(async () => {
  proxy.close()
  await hub.stop()
})

interface FreezableProxy {
  readonly url: string
  /** Stops reading from all connections, and keeps them open. */
  freeze(): void
  close(): void
}

async function startProxy(port: number): Promise<FreezableProxy> {
  const sockets: Socket[] = []
  const server: Server = createServer((incoming) => {
    const outgoing = connect(port, '127.0.0.1')
    sockets.push(incoming, outgoing)
    incoming.pipe(outgoing).pipe(incoming)
    for (const socket of [incoming, outgoing]) socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    freeze() {
      for (const socket of sockets) socket.unpipe().pause()
    },
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

it('serves a GET stream again at once if its connection died unnoticed', async () => {
  const session = await openLegacySession(hub.url)
  const headers = { accept: 'text/event-stream', 'mcp-session-id': session }
  const dead = readEvents(await fetch(`${proxy.url}/mcp`, { headers }))
  const primed = await dead.next()
  proxy.freeze()
  const uri = 'memory:///a'
  for (const [method, params] of [
    ['resources/subscribe', { uri }],
    ['tools/call', { name: 'resources_create', arguments: { resource: uri, content: 'a' } }],
  ] as const) {
    await (await post(hub.url, 'legacy', { method, params, session })).text()
  }
  const resumed = await fetch(`${hub.url}/mcp`, {
    headers: { ...headers, 'last-event-id': primed?.id ?? '' },
  })
  expect(resumed.status).toBe(200)
  const events = readEvents(resumed)
  expect(await events.next()).toEqual({ id: primed?.id, data: '' })
  expect((await events.next())?.data).toContain('notifications/resources/updated')
  await resumed.body?.cancel().catch(() => {})
})

/** Sends a request with headers that `fetch` does not let a program set. */
async function send(method: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const sent = request(`${hub.url}/mcp`, { method, headers })
  sent.end(method === 'POST' ? '{}' : undefined)
  const [response] = await once(sent, 'response')
  response.resume()
  return response
}

it.each([
  ['a foreign Host', { host: 'evil.example.org' }],
  ['a foreign Origin', { origin: 'https://evil.example.org' }],
])('refuses %s', async (_case, headers) => {
  const response = await send('POST', { 'content-type': 'application/json', ...headers })
  expect(response.statusCode).toBe(403)
  expect(response.headers).not.toHaveProperty('access-control-allow-origin')
})

it('allows a page of an allowed origin to send the headers of the standard', async () => {
  const response = await send('OPTIONS', {
    origin: allowedOrigin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,mcp-method,mcp-param-city',
  })
  expect(response.statusCode).toBe(204)
  expect(response.headers['access-control-allow-origin']).toBe(allowedOrigin)
  const allowed = String(response.headers['access-control-allow-headers']).split(', ')
  expect(allowed).toEqual(
    expect.arrayContaining([
      'authorization',
      'last-event-id',
      'mcp-protocol-version',
      'mcp-session-id',
      'mcp-method',
      'mcp-name',
      'mcp-param-city',
    ]),
  )
})

it('does not allow the page of a foreign origin', async () => {
  const response = await send('OPTIONS', {
    origin: 'https://evil.example.org',
    'access-control-request-method': 'POST',
  })
  expect(response.statusCode).toBe(403)
  expect(response.headers).not.toHaveProperty('access-control-allow-origin')
})
