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

function serviceOf(hot: RawHandler, onClose: () => void = () => {}): Service {
  return {
    fastRoute: (_method, path) => (path === '/hot' ? hot : undefined),
    fetch: async () => new Response('by fetch'),
    close: async () => onClose(),
  }
}

/** Sends a request with headers that `fetch` would not let through. */
function ask(port: number, headers: Record<string, string>, path = '/hot') {
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
    let answer = ''
    socket.on('data', (bytes) => (answer += bytes.toString()))
    socket.on('close', () => resolve(answer))
  })
}

it('says where it listens', async () => {
  const { url, port } = await start({ service: serviceOf(() => ok) })
  expect(url).toBe(`http://localhost:${port}`)
  expect(await (await fetch(`${url}/hot`)).text()).toBe('ok')
})

it('names the port that is in use, and the variable that changes it', async () => {
  const { port } = await start({ service: serviceOf(() => ok) })
  await expect(
    listen({ service: serviceOf(() => ok), port, variable: 'CLIENT_PORT' }),
  ).rejects.toThrow(`Port ${port} is in use. Set CLIENT_PORT to another port`)
})

it('does not open itself to the network while anybody may call', async () => {
  const service = serviceOf(() => ok)
  await expect(listen({ service, port: 0, host: '0.0.0.0' })).rejects.toThrow('MCP_TOKENS')
  const allowed = await start({ service, host: '0.0.0.0', allowAnonymous: true })
  expect((await fetch(`${allowed.url}/hot`)).status).toBe(200)
  const authenticated = await start({ service, host: '0.0.0.0', authenticated: true })
  expect((await fetch(`${authenticated.url}/hot`)).status).toBe(200)
})

it.each(['localhost:1234', '127.0.0.1', '[::1]:80', 'app.localhost', 'MCP.example.org:8443'])(
  'serves a caller that names it %s',
  async (host) => {
    const service = serviceOf(() => ok)
    const { port } = await start({ service, allowedHosts: ['mcp.example.org'] })
    expect((await ask(port, { host })).status).toBe(200)
  },
)

it.each(['evil.example', 'localhost.evil.example', '0.0.0.0', '192.168.1.7', 'a@localhost'])(
  'refuses a caller that names it "%s"',
  async (host) => {
    const { port } = await start({ service: serviceOf(() => ok) })
    const { status, body } = await ask(port, { host })
    expect(status).toBe(403)
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'forbidden' } })
  },
)

it.each(['http://evil.example', 'null', 'https://localhost.evil.example'])(
  'refuses a page that comes from %s',
  async (origin) => {
    const { port } = await start({ service: serviceOf(() => ok) })
    expect((await ask(port, { origin })).status).toBe(403)
    expect((await ask(port, { origin }, '/other')).status).toBe(403)
  },
)

it('answers what is no request in JSON, and ends the connection', async () => {
  const { port } = await start({ service: serviceOf(() => ok) })
  expect(await sendRaw(port, 'hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [\s\S]*"invalid-request"/)
  const long = `GET /hot HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`
  expect(await sendRaw(port, long)).toMatch(/^HTTP\/1.1 413 [\s\S]*"payload-too-large"/)
})

it('ends the connection of a caller that takes too long to send its request', async () => {
  const { port } = await start({ service: serviceOf(() => ok), requestTimeoutMs: 100 })
  const head = 'POST /hot HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n'
  expect(await sendRaw(port, `${head}slow`)).toMatch(/^HTTP\/1.1 400 [\s\S]*did not arrive in time/)
})

it('refuses a large body before it is sent, where the caller asks first', async () => {
  const { port } = await start({ service: serviceOf(() => ok), maxBodyBytes: 10 })
  const head = 'POST /hot HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\n'
  expect(await sendRaw(port, `${head}content-length: 11\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 /)
  const socket = connect(port, '127.0.0.1')
  socket.write(`${head}connection: close\r\ncontent-length: 2\r\n\r\n`)
  let answer = ''
  socket.on('data', (bytes) => (answer += bytes.toString()))
  await vi.waitFor(() => expect(answer).toBe('HTTP/1.1 100 Continue\r\n\r\n'))
  socket.write('hi')
  await vi.waitFor(() => expect(answer).toMatch(/HTTP\/1.1 200 OK[\s\S]*ok$/))
})

it('answers what is under way before it closes, and closes the service after that', async () => {
  const order: string[] = []
  let answer: (() => void) | undefined
  const slow: RawHandler = () =>
    new Promise((resolve) => {
      answer = () => resolve(ok)
    })
  const listening = await start({ service: serviceOf(slow, () => order.push('service closed')) })
  const answered = fetch(`${listening.url}/hot`).then(({ headers }) =>
    order.push(`answered, connection ${headers.get('connection')}`),
  )
  await vi.waitFor(() => expect(answer).toBeDefined())
  const closed = listening.close()
  answer?.()
  await Promise.all([answered, closed])
  expect(order).toEqual(['answered, connection close', 'service closed'])
  await expect(fetch(`${listening.url}/hot`)).rejects.toThrow('fetch failed')
})

it('ends streams of events with their last event', async () => {
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
  const response = await fetch(`${listening.url}/hot`)
  await listening.close()
  expect(await response.text()).toBe('data: last\n\n')
})

it('does not wait longer than its grace', async () => {
  const never: RawHandler = () => new Promise(() => {})
  const listening = await start({ service: serviceOf(never) })
  const asked = fetch(`${listening.url}/hot`).catch(() => 'broken off')
  const socket = connect(listening.port, '127.0.0.1')
  await new Promise((resolve) => socket.on('connect', resolve))
  await listening.close({ graceMs: 200 })
  expect(await asked).toBe('broken off')
})

it('logs each answer where debug is on, with no session id in whole', async () => {
  const lines: string[] = []
  const log = createLogger({
    name: 'test',
    level: 'debug',
    pretty: false,
    write: (line) => lines.push(line),
  })
  const { url } = await start({ service: serviceOf(() => ok), log })
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  await fetch(`${url}/sessions/ses-0123456789abcdef/events?token=secret`, {
    headers: { traceparent },
  })
  await vi.waitFor(() => expect(lines).toHaveLength(1))
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    msg: 'GET /sessions/ses-0123…/events',
    status: 200,
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  })
})
