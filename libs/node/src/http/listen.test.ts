import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'

import type { RawHandler, RawResponse, Service } from '@mcp/http'
import { afterEach, expect, it, vi } from 'vitest'

import type { Listening, ListenOptions } from './listen.ts'
import { listen } from './listen.ts'
import { createLogger } from '../logging/logger.ts'

const open: Listening[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close({ graceMs: 50 })))
})

async function start(options: Partial<ListenOptions> & { service: Service }): Promise<Listening> {
  const listening = await listen({ port: 0, ...options })
  open.push(listening)
  return listening
}

const ok: RawResponse = { status: 200, headers: {}, body: 'ok' }

function serviceOf(handleRaw: RawHandler, onClose: () => void = () => {}): Service {
  return {
    fastRoute: (_method, path) => (path === '/fast' ? () => handleRaw : undefined),
    fetch: async () => new Response('by fetch'),
    close: async () => onClose(),
  }
}

/** Sends a request with headers that `fetch` does not allow. */
function request(port: number, headers: Record<string, string>, path = '/fast') {
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', path, headers }, (response) => {
      let body = ''
      response.on('data', (bytes) => (body += String(bytes)))
      response.on('end', () => resolve({ status: response.statusCode, body }))
    })
      .on('error', reject)
      .end()
  })
}

function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let received = ''
    socket.on('data', (bytes) => (received += bytes.toString()))
    socket.on('close', () => resolve(received))
  })
}

it('returns its URL', async () => {
  const { url, port } = await start({ service: serviceOf(() => ok) })
  expect(url).toBe(`http://localhost:${port}`)
  expect(await (await fetch(`${url}/fast`)).text()).toBe('ok')
})

it('reports the port that is in use, and the variable that changes it', async () => {
  const { port } = await start({ service: serviceOf(() => ok) })
  await expect(
    listen({ service: serviceOf(() => ok), port, variable: 'CLIENT_PORT' }),
  ).rejects.toThrow(`Port ${port} is in use. Set CLIENT_PORT to another port`)
})

it('refuses to listen on the network without authentication', async () => {
  const service = serviceOf(() => ok)
  await expect(listen({ service, port: 0, host: '0.0.0.0' })).rejects.toThrow('MCP_TOKENS')
  const allowed = await start({ service, host: '0.0.0.0', allowAnonymous: true })
  expect((await fetch(`${allowed.url}/fast`)).status).toBe(200)
  const authenticated = await start({ service, host: '0.0.0.0', authenticated: true })
  expect((await fetch(`${authenticated.url}/fast`)).status).toBe(200)
})

it.each(['localhost:1234', '127.0.0.1', '[::1]:80', 'app.localhost', 'MCP.example.org:8443'])(
  'accepts the Host header %s',
  async (host) => {
    const service = serviceOf(() => ok)
    const { port } = await start({ service, allowedHosts: ['mcp.example.org'] })
    expect((await request(port, { host })).status).toBe(200)
  },
)

it.each(['evil.example', 'localhost.evil.example', '0.0.0.0', '192.168.1.7', 'a@localhost'])(
  'refuses the Host header "%s"',
  async (host) => {
    const { port } = await start({ service: serviceOf(() => ok) })
    const { status, body } = await request(port, { host })
    expect(status).toBe(403)
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'forbidden' } })
  },
)

it.each(['http://evil.example', 'null', 'https://localhost.evil.example'])(
  'refuses the Origin header %s',
  async (origin) => {
    const { port } = await start({ service: serviceOf(() => ok) })
    expect((await request(port, { origin })).status).toBe(403)
    expect((await request(port, { origin }, '/other')).status).toBe(403)
  },
)

it('responds to malformed HTTP with a JSON error, and closes the connection', async () => {
  const { port } = await start({ service: serviceOf(() => ok) })
  expect(await sendRaw(port, 'hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [\s\S]*"invalid-request"/)
  const long = `GET /fast HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`
  expect(await sendRaw(port, long)).toMatch(/^HTTP\/1.1 413 [\s\S]*"payload-too-large"/)
})

it('closes the connection of a caller that sends its request too slowly', async () => {
  const { port } = await start({ service: serviceOf(() => ok), requestTimeoutMs: 100 })
  const head = 'POST /fast HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n'
  expect(await sendRaw(port, `${head}slow`)).toMatch(/^HTTP\/1.1 400 [\s\S]*did not arrive in time/)
})

it('refuses a large body before it is sent if the caller expects 100-continue', async () => {
  const { port } = await start({ service: { ...serviceOf(() => ok), maxBodyBytes: 10 } })
  const head = 'POST /fast HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\n'
  expect(await sendRaw(port, `${head}content-length: 11\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 /)
  const socket = connect(port, '127.0.0.1')
  socket.write(`${head}connection: close\r\ncontent-length: 2\r\n\r\n`)
  let received = ''
  socket.on('data', (bytes) => (received += bytes.toString()))
  await vi.waitFor(() => expect(received).toBe('HTTP/1.1 100 Continue\r\n\r\n'))
  socket.write('hi')
  await vi.waitFor(() => expect(received).toMatch(/HTTP\/1.1 200 OK[\s\S]*ok$/))
})

it('responds to the headers of a refused request, without 100-continue and without its body', async () => {
  const refused: RawResponse = { status: 401, headers: {}, body: 'no token' }
  for (const outcome of [refused, Promise.resolve(refused)]) {
    const service: Service = { ...serviceOf(() => ok), fastRoute: () => () => outcome }
    const { port } = await start({ service })
    const socket = connect(port, '127.0.0.1')
    let received = ''
    socket.on('data', (bytes) => (received += bytes.toString()))
    socket.write(
      'POST /fast HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 1000\r\n\r\n',
    )
    await vi.waitFor(() => expect(received).toMatch(/^HTTP\/1.1 401 [\s\S]*no token$/))
    socket.destroy()
  }
})

it('completes the requests in flight before it closes connections', async () => {
  const order: string[] = []
  let respond: (() => void) | undefined
  const slow: RawHandler = () =>
    new Promise((resolve) => {
      respond = () => resolve(ok)
    })
  const listening = await start({ service: serviceOf(slow, () => order.push('service closed')) })
  const completed = fetch(`${listening.url}/fast`).then(({ headers }) =>
    order.push(`response, connection ${headers.get('connection')}`),
  )
  await vi.waitFor(() => expect(respond).toBeDefined())
  const closed = listening.close()
  await vi.waitFor(() => expect(order).toEqual(['service closed']))
  respond?.()
  await Promise.all([completed, closed])
  expect(order).toEqual(['service closed', 'response, connection close'])
  await expect(fetch(`${listening.url}/fast`)).rejects.toThrow('fetch failed')
})

it('ends event streams after their last event', async () => {
  let end = (): void => {}
  const events: RawHandler = () => ({
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    stream(sink) {
      end = () => {
        sink.write(new TextEncoder().encode('data: last\n\n'))
        sink.end()
      }
      return () => {}
    },
  })
  const listening = await start({ service: serviceOf(events, () => end()) })
  const response = await fetch(`${listening.url}/fast`)
  await listening.close()
  expect(await response.text()).toBe('data: last\n\n')
})

it('responds to the requests that do not complete within its grace period', async () => {
  const never: RawHandler = () => new Promise(() => {})
  const listening = await start({ service: serviceOf(never) })
  const pending = fetch(`${listening.url}/fast`, { method: 'POST' })
  const reading = fetch(`${listening.url}/fast`)
  const socket = connect(listening.port, '127.0.0.1')
  await new Promise((resolve) => socket.on('connect', resolve))
  await listening.close({ graceMs: 200 })
  const response = await pending
  expect(response.status).toBe(502)
  expect(await response.json()).toMatchObject({
    error: { code: 'upstream-error', retryable: false, details: { reason: 'outcome-unknown' } },
  })
  // A GET has no effect, so it can be repeated.
  const read = await reading
  expect(read.status).toBe(503)
  expect(await read.json()).toMatchObject({ error: { code: 'unavailable', retryable: true } })
})

it('logs each response at level debug, with shortened session ids', async () => {
  const lines: string[] = []
  const log = createLogger({
    name: 'test',
    level: 'debug',
    pretty: false,
    write: (line) => lines.push(line),
  })
  const { url } = await start({ service: serviceOf(() => ok), log })
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const path = '/sessions/ses-0123456789abcdef/events'
  await fetch(`${url}${path}?token=secret`, { headers: { traceparent } })
  await vi.waitFor(() => expect(lines).toHaveLength(1))
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    msg: 'GET /sessions/ses-0123…/events',
    status: 200,
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  })
})

it.each([
  ['/sessions/ses-0123456789abcdef/requests/ses-0123456789abcdef', '/requests/ses-0123…'],
  ['/sessions/%73es-0123456789abcdef', '/sessions/ses-0123…'],
  ['/other/%73es-0123456789abcdef', '/other/ses-0123…'],
  ['/sessions/custom-0123456789abcdef/x', '/sessions/custom-0…/x'],
])('logs the path %s without a whole session id', async (path, expected) => {
  const lines: string[] = []
  const write = (line: string) => lines.push(line)
  const log = createLogger({ name: 'test', level: 'debug', pretty: false, write })
  const { url } = await start({ service: serviceOf(() => ok), log })
  await fetch(`${url}${path}`)
  await vi.waitFor(() => expect(lines).toHaveLength(1))
  expect(lines[0]).toContain(expected)
  expect(lines[0]).not.toContain('0123456789abcdef')
})

it('limits the body of anonymous callers beyond this machine, declared or in chunks', async () => {
  const service = serviceOf((raw) => ({ ...ok, body: String(raw.body.byteLength) }))
  const { port } = await start({ service })
  const authenticated = await start({ service, authenticated: true })
  const half = 'x'.repeat(150_000)
  const send = async (to: number, path: string, headers: Record<string, string>) => {
    const response = await new Promise<number | undefined>((resolve, reject) => {
      const sent = httpRequest({ port: to, host: '127.0.0.1', path, headers, method: 'POST' })
      sent.on('response', (received) => resolve(received.resume().statusCode)).on('error', reject)
      sent.write(half)
      sent.end(half)
    })
    return response
  }
  const proxied = { 'x-forwarded-for': '203.0.113.9' }
  const declared = { 'content-length': String(half.length * 2) }
  for (const path of ['/fast', '/other']) {
    expect(await send(port, path, proxied)).toBe(413)
    expect(await send(port, path, { ...proxied, ...declared })).toBe(413)
    expect(await send(port, path, declared)).toBe(200)
    expect(await send(authenticated.port, path, proxied)).toBe(200)
  }
})

it('limits the requests of an anonymous address, but not those of this machine', async () => {
  const rateLimit = { requests: 2, perMs: 60_000 }
  const { port } = await start({ service: serviceOf(() => ok), rateLimit })
  const statusesOf = async (headers: Record<string, string>) => {
    const statuses = []
    for (let count = 0; count < 3; count++) statuses.push((await request(port, headers)).status)
    return statuses
  }
  expect(await statusesOf({ 'x-forwarded-for': '203.0.113.9' })).toEqual([200, 200, 429])
  expect(await statusesOf({ 'x-forwarded-for': '203.0.113.10' })).toEqual([200, 200, 429])
  expect(await statusesOf({})).toEqual([200, 200, 200])
})

it('limits failed authentications per address, and not those that succeed', async () => {
  const service = serviceOf((received) =>
    received.header('authorization') === 'Bearer valid'
      ? ok
      : { status: 401, headers: {}, body: '' },
  )
  const { port } = await start({ service, authenticated: true })
  const statusesOf = async (address: string, token: string, count: number) => {
    const headers = { 'x-forwarded-for': address, authorization: `Bearer ${token}` }
    const statuses = new Set<number | undefined>()
    for (let sent = 0; sent < count; sent++) statuses.add((await request(port, headers)).status)
    return [...statuses]
  }
  expect(await statusesOf('203.0.113.9', 'valid', 50)).toEqual([200])
  expect(await statusesOf('203.0.113.9', 'guess', 50)).toEqual([401, 429])
  expect(await statusesOf('203.0.113.9', 'valid', 1)).toEqual([429])
  expect(await statusesOf('203.0.113.10', 'valid', 1)).toEqual([200])
})

it('refuses a request with several Host headers', async () => {
  const { port } = await start({ service: serviceOf(() => ok) })
  const head = 'GET / HTTP/1.1\r\nhost: localhost\r\nHOST: evil.test\r\nconnection: close\r\n\r\n'
  expect(await sendRaw(port, head)).toMatch(/^HTTP\/1.1 400 [\s\S]*several Host headers/)
})
