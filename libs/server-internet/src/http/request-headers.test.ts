import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { callResult } from '../fixtures/call.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Site } from '../fixtures/open-site.ts'
import { respond, openSite } from '../fixtures/open-site.ts'

const server = openServer()
let site: Site

beforeAll(async () => {
  site = await openSite({}, { otherwise: respond('a page', { 'content-type': 'text/plain' }) })
})

afterAll(async () => {
  await server.close()
  await site.close()
})

const fetchPage = (params: Record<string, unknown>) =>
  callResult(server, 'fetch', {
    url: site.origin,
    respectRobots: false,
    cache: 'no-store',
    ...params,
  })

it('sends its user agent and accepted types, and nothing about its caller', async () => {
  await fetchPage({})
  expect(site.requests.at(-1)?.headers).toEqual({
    host: `127.0.0.1:${site.port}`,
    connection: 'keep-alive',
    'user-agent': 'mcp-internet/0.1',
    accept: 'text/html, application/xhtml+xml, */*;q=0.8',
    'accept-encoding': 'gzip, deflate, br, zstd',
  })
})

it('sends the headers of a caller', async () => {
  const headers = { Authorization: 'Bearer x', 'User-Agent': 'mine/1', 'X-Custom': 'Käse' }
  await fetchPage({ headers })
  expect(site.requests.at(-1)?.headers).toMatchObject({
    authorization: 'Bearer x',
    'user-agent': 'mine/1',
  })
})

describe('a caller cannot set', () => {
  it.each([
    ['Host', 'internal.example'],
    ['Connection', 'close'],
    ['Keep-Alive', 'timeout=1'],
    ['Transfer-Encoding', 'chunked'],
    ['Content-Length', '0'],
    ['Upgrade', 'websocket'],
    ['Proxy-Authorization', 'Basic x'],
    ['Proxy-Connection', 'keep-alive'],
    ['Cookie', 'session=1'],
    ['X-Forwarded-For', '127.0.0.1'],
    ['Forwarded', 'for=127.0.0.1'],
    ['Metadata-Flavor', 'Google'],
    ['Metadata', 'true'],
    ['Sec-Fetch-Site', 'none'],
    ['Accept-Encoding', 'identity'],
    ['bad name', 'x'],
    ['', 'x'],
    ['x-split', 'a\r\nhost: internal.example'],
    ['x-null', 'a\u0000b'],
    ['x-wide', '→'],
  ])('%s: %j', async (name, value) => {
    expect(await fetchPage({ headers: { [name]: value } })).toMatchObject({
      error: { code: 'invalid-params', details: { path: ['params', 'headers', name] } },
    })
  })

  it('more than 64 headers', async () => {
    const headers = Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`x-${n}`, 'x']))
    expect(await fetchPage({ headers })).toMatchObject({ error: { code: 'invalid-params' } })
  })

  it('one header twice', async () => {
    expect(await fetchPage({ headers: { 'X-A': '1', 'x-a': '2' } })).toMatchObject({
      error: { code: 'invalid-params' },
    })
  })
})

it('sends a body with a method that has one', async () => {
  expect(await fetchPage({ method: 'PUT', body: 'new' })).toMatchObject({ content: 'a page' })
  expect(site.requests.at(-1)).toMatchObject({ line: 'PUT /', headers: { 'content-length': '3' } })
  expect(await fetchPage({ method: 'GET', body: 'new' })).toMatchObject({
    error: { code: 'invalid-params', details: { path: ['params', 'body'] } },
  })
})

it.each(['example.com', '/path', 'http://', 'http://[::1', 'not an address', 'http://a b/'])(
  'reports the problem of the URL %j',
  async (url) => {
    expect(await callResult(server, 'fetch', { url })).toMatchObject({
      error: { code: 'invalid-params', details: { path: ['url'] } },
    })
  },
)
