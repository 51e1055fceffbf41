import type { RawHandler, Service } from '@mcp/http'
import { McpError } from '@mcp/protocol'
import { afterEach, expect, it } from 'vitest'
import * as z from 'zod'

import { isOrigin } from './is-origin.ts'
import type { Listening } from './listen.ts'
import { listen } from './listen.ts'
import { networkOptions, networkSettings } from '../environment/network-settings.ts'
import { createNodeHandler } from './create-node-handler.ts'
import { readEnvironment } from '../environment/read-environment.ts'

const open: Listening[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close({ graceMs: 50 })))
})

const handleRaw: RawHandler = () => ({ status: 200, headers: {}, body: 'ok' })
const service: Service = {
  fastRoute: (_method, path) => (path === '/fast' ? () => handleRaw : undefined),
  async fetch(request) {
    if (request.url.endsWith('/fails')) throw new McpError('unauthenticated', 'No token.')
    return new Response('by fetch', { headers: { location: '/made' } })
  },
  async close() {},
}
const app = 'https://app.example.org'

async function start(
  allowedOrigins: readonly string[],
  allowedHeaders?: readonly string[],
): Promise<string> {
  const listening = await listen({ service, port: 0, allowedOrigins, allowedHeaders })
  open.push(listening)
  return listening.url
}

it.each([
  ['/fast', 200],
  ['/other', 200],
  ['/fails', 401],
])('lets a page of an allowed origin read the answer of %s', async (path, status) => {
  const url = await start(['http://localhost:3000', app])
  const { headers, ...response } = await ask(url + path, { origin: app })
  expect(response.status).toBe(status)
  expect(headers.get('access-control-allow-origin')).toBe(app)
  expect(headers.get('access-control-expose-headers')).toBe(
    'location, retry-after, etag, mcp-session-id, www-authenticate',
  )
  expect(headers.get('vary')).toBe('origin')
  expect(headers.has('access-control-allow-credentials')).toBe(false)
})

it('responds to the preflight of an allowed origin itself', async () => {
  const url = await start([app])
  const preflight = {
    origin: app,
    'access-control-request-method': 'DELETE',
    'access-control-request-headers': 'content-type,Mcp-Param-Region,x-forwarded-for',
  }
  const { status, headers } = await ask(`${url}/fails`, preflight, 'OPTIONS')
  expect(status).toBe(204)
  expect(headers.get('access-control-allow-origin')).toBe(app)
  expect(headers.get('access-control-allow-methods')).toBe('GET, POST, DELETE')
  expect(headers.get('access-control-allow-headers')?.split(', ')).toEqual([
    'authorization',
    'content-type',
    'accept',
    'last-event-id',
    'if-none-match',
    'idempotency-key',
    'x-session-id',
    'traceparent',
    'tracestate',
    'mcp-protocol-version',
    'mcp-session-id',
    'mcp-method',
    'mcp-name',
    'mcp-param-region',
  ])
})

it.each(['https://evil.example', 'http://app.example.org', `${app}:8443`, `${app}.evil`, 'null'])(
  'refuses %s',
  async (origin) => {
    const url = await start([app])
    const preflight = { origin, 'access-control-request-method': 'POST' }
    for (const { status, headers } of [
      await ask(`${url}/fast`, { origin }),
      await ask(`${url}/fast`, preflight, 'OPTIONS'),
    ]) {
      expect(status).toBe(403)
      expect(headers.has('access-control-allow-origin')).toBe(false)
    }
  },
)

it('sends no CORS headers to a caller without an Origin header, or with this origin', async () => {
  const url = await start([app])
  for (const headers of [{}, { origin: url }]) {
    const response = await ask(`${url}/fast`, headers)
    expect(response.status).toBe(200)
    expect(response.headers.has('access-control-allow-origin')).toBe(false)
  }
})

it('accepts only origins in the form that browsers send', () => {
  const right = [app, 'http://localhost:3000', 'http://[::1]:80', 'chrome-extension://abc']
  expect(right.filter(isOrigin)).toEqual(right)
  const wrong = [`${app}/`, `${app}/path`, 'app.example.org', '*', 'https://*.example.org', 'null']
  expect(wrong.filter(isOrigin)).toEqual([])
  for (const origin of wrong) {
    expect(() => createNodeHandler(service, { allowedOrigins: [origin] })).toThrow(
      `"${origin}" is not an origin`,
    )
  }
})

it('reads the origins from the environment, and shows the expected form in errors', () => {
  const schema = z.object(networkSettings())
  const read = (MCP_ALLOWED_ORIGINS: string) => {
    return networkOptions(readEnvironment(schema, { env: { MCP_ALLOWED_ORIGINS } }))
  }
  expect(read(`${app}, http://localhost:3000`).allowedOrigins).toEqual([
    app,
    'http://localhost:3000',
  ])
  expect(() => read('*')).toThrow('must be origins such as https://app.example.org')
})

async function ask(url: string, headers: Record<string, string>, method = 'GET') {
  const response = await fetch(url, { method, headers })
  await response.body?.cancel()
  return { status: response.status, headers: response.headers }
}

it('allows the further headers that the host has named, in a preflight', async () => {
  const preflight = { origin: app, 'access-control-request-method': 'POST' }
  const { headers } = await ask(await start([app], ['X-Api-Key']), preflight, 'OPTIONS')
  expect(headers.get('access-control-allow-headers')?.split(', ')).toContain('x-api-key')
  const others = await ask(await start([app]), preflight, 'OPTIONS')
  expect(others.headers.get('access-control-allow-headers')).not.toContain('x-api-key')
})

it('refuses a malformed name of a header', () => {
  expect(() => createNodeHandler(service, { allowedHeaders: ['x-a, x-b'] })).toThrow(
    'allowedHeaders: "x-a, x-b" is not the name of a header. Use the form x-api-key.',
  )
})
