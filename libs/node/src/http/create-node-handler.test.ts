import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import { connect } from 'node:net'

import type { RawHandler, Service } from '@mcp/http'
import { handleFetch } from '@mcp/http'
import { McpError } from '@mcp/protocol'
import { afterEach, expect, it, vi } from 'vitest'

import type { NodeHandlerOptions } from './create-node-handler.ts'
import { createNodeHandler } from './create-node-handler.ts'

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.close().closeAllConnections()
})

const echo: RawHandler = (request) => ({
  status: 200,
  headers: { 'content-type': request.header('content-type') ?? 'text/plain' },
  body: new TextDecoder().decode(request.body),
})

/** A service whose hot routes are the given ones, and whose other routes received their URL. */
function serviceOf(routes: Record<string, RawHandler>, maxBodyBytes?: number): Service {
  const table = new Map(Object.entries(routes))
  return {
    maxBodyBytes,
    fastRoute(method, path) {
      const handler = table.get(`${method} ${path}`)
      return handler && (() => handler)
    },
    async fetch(request, peer) {
      const { pathname } = new URL(request.url)
      if (pathname === '/echo') return handleFetch(() => echo, request, peer)
      if (pathname === '/fails') throw new Error('the password is hunter2')
      return Response.json(
        { url: request.url, peer },
        { status: 201, headers: { location: `${pathname}/made` } },
      )
    },
    async close() {},
  }
}

async function serve(
  routes: Record<string, RawHandler>,
  { maxBodyBytes, ...options }: NodeHandlerOptions & Pick<Service, 'maxBodyBytes'> = {},
  before: (request: IncomingMessage) => Promise<void> | void = () => {},
): Promise<{ url: string; port: number }> {
  const handler = createNodeHandler(serviceOf(routes, maxBodyBytes), options)
  const server = createServer((request, response) => {
    void Promise.resolve(before(request)).then(() => handler(request, response))
  })
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, port }
}

/** Sends bytes as they are, and resolves with what came back when the connection ends. */
function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let received = ''
    socket.on('data', (bytes) => (received += bytes.toString()))
    // Writing into a connection that the other side has broken is an error, which is expected here.
    socket.on('error', () => {})
    socket.on('close', () => resolve(received))
  })
}

const post = (body: string) => ({ method: 'POST', body, headers: { 'content-type': 'text/x' } })

it('serves a fast route with its body, length and headers', async () => {
  const { url } = await serve({ 'POST /fast': echo })
  const response = await fetch(`${url}/fast`, post('häl10'))
  expect(response.headers.get('content-length')).toBe('6')
  expect(response.headers.get('content-type')).toBe('text/x')
  expect(await response.text()).toBe('häl10')
})

it('joins a body that arrives in chunks', async () => {
  const { url } = await serve({ 'POST /fast': echo })
  const big = 'x'.repeat(1_000_000)
  expect(await (await fetch(`${url}/fast`, post(big))).text()).toBe(big)
})

it('serves every other route by fetch', async () => {
  const { url } = await serve({ 'POST /fast': echo })
  const response = await fetch(`${url}/other?q=1`)
  expect(response.status).toBe(201)
  expect(await response.json()).toEqual({ url: `${url}/other?q=1`, peer: { isLoopback: true } })
})

it('does not treat a caller behind a local proxy as loopback', async () => {
  const { url } = await serve({})
  const response = await fetch(`${url}/other`, { headers: { 'x-forwarded-for': '203.0.113.9' } })
  expect(await response.json()).toMatchObject({ peer: { isLoopback: false } })
})

it('refuses a body over the limit and serves the next request on the same connection', async () => {
  const { port } = await serve({ 'POST /fast': echo }, { maxBodyBytes: 10 })
  const received = await sendRaw(
    port,
    `POST /fast HTTP/1.1\r\nhost: x\r\ncontent-length: 15\r\n\r\n${'x'.repeat(15)}` +
      'POST /fast HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 4\r\n\r\nnext',
  )
  expect(received).toMatch(
    /^HTTP\/1.1 413 [\s\S]*payload-too-large[\s\S]*HTTP\/1.1 200 [\s\S]*next$/,
  )
})

it('refuses a body of unknown length as soon as it passes the limit', async () => {
  const { port } = await serve({ 'POST /fast': echo }, { maxBodyBytes: 10 })
  const received = await sendRaw(
    port,
    'POST /fast HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n' +
      '8\r\nxxxxxxxx\r\n8\r\nxxxxxxxx\r\n0\r\n\r\n',
  )
  expect(received).toMatch(/^HTTP\/1.1 413 /)
})

it('lets the handler create the response to a body over the limit', async () => {
  const handler: RawHandler = Object.assign(vi.fn<RawHandler>(echo), {
    fail: (thrown: unknown) => ({ status: 418, headers: {}, body: String(thrown) }),
  })
  const { url } = await serve({ 'POST /fast': handler }, { maxBodyBytes: 10 })
  const response = await fetch(`${url}/fast`, post('x'.repeat(15)))
  expect(response.status).toBe(418)
  expect(await response.text()).toContain('10 bytes')
  expect(handler).not.toHaveBeenCalled()
})

it('closes the connection of a caller that keeps sending a refused body', async () => {
  const { port } = await serve({ 'POST /fast': echo }, { maxBodyBytes: 10 })
  const head = 'POST /fast HTTP/1.1\r\nhost: x\r\ncontent-length: 90000000\r\n\r\n'
  expect(await sendRaw(port, head + 'x'.repeat(8_000_000))).toMatch(/^HTTP\/1.1 413 /)
})

it('never calls the handler if the body is cut off', async () => {
  const handler = vi.fn<RawHandler>(echo)
  const { url, port } = await serve({ 'POST /fast': handler })
  const socket = connect(port, '127.0.0.1')
  socket.end('POST /fast HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf')
  await new Promise((resolve) => socket.resume().on('close', resolve))
  expect((await fetch(`${url}/fast`, post('whole'))).status).toBe(200)
  expect(handler).toHaveBeenCalledTimes(1)
})

it('maps errors of handlers to the status of their code', async () => {
  const { url } = await serve({
    'GET /sync': () => {
      throw new McpError('not-found', 'No such item.')
    },
    'GET /async': () => Promise.reject(new McpError('conflict', 'Version conflict.')),
  })
  expect((await fetch(`${url}/sync`)).status).toBe(404)
  expect((await fetch(`${url}/async`)).status).toBe(409)
})

it('reports unexpected errors to onError, and hides their text from the caller', async () => {
  const failures: unknown[] = []
  const fails = () => {
    throw new Error('the password is hunter2')
  }
  const { url } = await serve({ 'GET /fast': fails }, { onError: (error) => failures.push(error) })
  const responses = [await fetch(`${url}/fast`), await fetch(`${url}/fails`)]
  const texts = await Promise.all(responses.map((response) => response.text()))
  expect(responses.map((response) => response.status)).toEqual([500, 500])
  expect(texts.join()).not.toContain('hunter2')
  expect(failures).toMatchObject([{ code: 'internal' }, { code: 'internal' }])
})

it('writes a stream as it arrives, and stops the source when the reader disconnects', async () => {
  const stopped = vi.fn<() => void>()
  const { url } = await serve({
    'GET /events': () => ({
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      stream(sink) {
        sink.write(new TextEncoder().encode('data: first\n\n'))
        return stopped
      },
    }),
  })
  const leaving = new AbortController()
  const response = await fetch(`${url}/events`, { signal: leaving.signal })
  const first = await response.body?.getReader().read()
  expect(new TextDecoder().decode(first?.value)).toBe('data: first\n\n')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
  expect(stopped).not.toHaveBeenCalled()
  leaving.abort()
  await vi.waitFor(() => expect(stopped).toHaveBeenCalledTimes(1))
})

it('reports how many bytes are buffered for a slow reader', async () => {
  let waiting = 0
  const { port } = await serve({
    'GET /events': () => ({
      status: 200,
      headers: {},
      stream(sink) {
        const block = new Uint8Array(1024 * 1024)
        for (let count = 0; count < 32; count++) waiting = sink.write(block)
        return () => {}
      },
    }),
  })
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /events HTTP/1.1\r\nhost: x\r\n\r\n')
  await vi.waitFor(() => expect(waiting).toBeGreaterThan(8 * 1024 * 1024))
  socket.destroy()
})

it('aborts the signal of a request whose caller disconnects', async () => {
  let signal: AbortSignal | undefined
  const { url } = await serve({
    'POST /slow': (request) => {
      signal = request.signal
      return new Promise(() => {})
    },
  })
  const leaving = new AbortController()
  const received = fetch(`${url}/slow`, { ...post('x'), signal: leaving.signal })
  await vi.waitFor(() => expect(signal?.aborted).toBe(false))
  leaving.abort()
  await expect(received).rejects.toThrow('aborted')
  await vi.waitFor(() => expect(signal?.aborted).toBe(true))
})

it('accepts a body that a framework has already parsed', async () => {
  const parse = async (request: IncomingMessage): Promise<void> => {
    const text = (await request.setEncoding('utf8').toArray()).join('')
    Object.assign(request, { body: JSON.parse(text) })
  }
  const { url } = await serve({ 'POST /fast': echo }, {}, parse)
  expect(await (await fetch(`${url}/fast`, post('{ "a": 1 }'))).text()).toBe('{"a":1}')
  expect(await (await fetch(`${url}/echo`, post('{ "a": 1 }'))).text()).toBe('{"a":1}')
})

it('adds the mount path of a framework to Location headers', async () => {
  const mount = (request: IncomingMessage): void => {
    Object.assign(request, { originalUrl: request.url, url: request.url?.slice('/mounted'.length) })
  }
  const { url } = await serve({}, {}, mount)
  const response = await fetch(`${url}/mounted/things`)
  expect(response.headers.get('location')).toBe('/mounted/things/made')
})

it('removes its own prefix from paths, and adds it to Location headers', async () => {
  const { url } = await serve({ 'POST /fast': echo }, { pathPrefix: '/mcp' })
  expect((await fetch(`${url}/mcp/fast`, post('x'))).status).toBe(200)
  expect((await fetch(`${url}/fast`, post('x'))).status).toBe(200)
  const response = await fetch(`${url}/mcp/things`)
  expect(response.headers.get('location')).toBe('/mcp/things/made')
  expect(await response.json()).toMatchObject({ url: `${url}/things` })
})

it('uses the forwarded origin if proxies are trusted', async () => {
  const headers = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'mcp.example.org',
    'x-forwarded-prefix': '/mcp/',
  }
  const trusting = await serve({}, { trustProxy: true })
  const seen = await fetch(`${trusting.url}/things`, { headers })
  expect(await seen.json()).toMatchObject({ url: 'https://mcp.example.org/things' })
  expect(seen.headers.get('location')).toBe('/mcp/things/made')

  const wary = await serve({})
  const unseen = await fetch(`${wary.url}/things`, { headers })
  expect(await unseen.json()).toMatchObject({ url: `${wary.url}/things` })
  expect(unseen.headers.get('location')).toBe('/things/made')
})

it('responds to an invalid URL with a JSON error', async () => {
  const { port } = await serve({})
  const received = await sendRaw(port, 'GET /a HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n')
  expect(received).toMatch(/^HTTP\/1.1 400 [\s\S]*"invalid-request"/)
})

it.each(['//evil.test', '/a b', 'mcp', '/a?b'])(
  'ignores the forwarded prefix "%s"',
  async (prefix) => {
    const { url } = await serve({}, { trustProxy: true })
    const response = await fetch(`${url}/things`, { headers: { 'x-forwarded-prefix': prefix } })
    expect(response.headers.get('location')).toBe('/things/made')
  },
)

it.each([
  { 'x-forwarded-proto': 'HTTPS' },
  { forwarded: 'for=203.0.113.9;proto=https' },
  { forwarded: 'Proto="HTTPS"; by=203.0.113.43, proto=http' },
])('recognizes HTTPS in %j', async (headers) => {
  const { url } = await serve({}, { trustProxy: true })
  const response = await fetch(`${url}/things`, { headers })
  expect(await response.json()).toMatchObject({ url: expect.stringMatching(/^https:/) })
})

it.each(['/fast', '/other'])(
  'lets a function take `header` out of the request of %s',
  async (path) => {
    const read: RawHandler = ({ header }) => ({
      status: 200,
      headers: {},
      body: header('x-api-key') ?? 'none',
    })
    const service: Service = {
      fastRoute: (_method, requested) => (requested === '/fast' ? () => read : undefined),
      fetch: (request, peer) => handleFetch(() => read, request, peer),
      async close() {},
    }
    const server = createServer(createNodeHandler(service)).listen(0, '127.0.0.1')
    open.push(server)
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = Object(server.address())
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { 'x-api-key': 'secret' },
    })
    expect(await response.text()).toBe('secret')
  },
)
