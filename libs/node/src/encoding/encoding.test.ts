import { request as httpRequest } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { gunzipSync } from 'node:zlib'

import type { Service } from '@mcp/http'
import { eventStreamHeaders, jsonResponse, toWebResponse } from '@mcp/http'
import { afterEach, expect, it } from 'vitest'

import type { Listening, ListenOptions } from '../http/listen.ts'
import { listen } from '../http/listen.ts'
import { acceptsGzip } from './accepts-gzip.ts'

const open: Listening[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close({ graceMs: 50 })))
})

const words = { words: Array.from({ length: 500 }, (_, index) => `word ${index}`) }
const large = jsonResponse(200, words)
const largeBytes = Buffer.byteLength(large.body)

type TextResponse = ReturnType<typeof jsonResponse>

/** Responds with the same response to each request: by a raw route at `/fast`, and by `fetch` at `/fetch`. */
async function start(
  result: TextResponse | (() => Response),
  options: Partial<ListenOptions> = {},
): Promise<Listening> {
  const service: Service = {
    fastRoute: (_method, path) =>
      path === '/fast' && typeof result !== 'function' ? () => () => result : undefined,
    fetch: async () => (typeof result === 'function' ? result() : toWebResponse(result)),
    close: async () => {},
  }
  const listening = await listen({ port: 0, service, ...options })
  open.push(listening)
  return listening
}

interface Received {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

function send(
  { port }: Listening,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Received> {
  return new Promise((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', path, headers, method }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (bytes: Buffer) => chunks.push(bytes))
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      )
    })
      .on('error', reject)
      .end()
  })
}

const gzip = { 'accept-encoding': 'gzip, deflate' }

for (const path of ['/fast', '/fetch']) {
  it(`compresses a large response of ${path}`, async () => {
    const listening = await start(large)
    const { headers, body } = await send(listening, path, gzip)
    expect(headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-length': String(body.byteLength),
      'content-type': 'application/json; charset=utf-8',
      vary: 'accept-encoding',
    })
    expect(body.byteLength).toBeLessThan(largeBytes / 2)
    expect(JSON.parse(gunzipSync(body).toString())).toEqual(words)
  })

  it(`compresses the response of ${path} to a POST, which has no ETag`, async () => {
    const { headers } = await send(await start(large), path, gzip, 'POST')
    expect(headers['content-encoding']).toBe('gzip')
    expect(headers).not.toHaveProperty('etag')
  })

  it(`sends ${path} without compression to a caller that does not accept gzip`, async () => {
    const listening = await start(large)
    for (const accepted of [undefined, 'identity', 'br', 'gzip;q=0', '*;q=0']) {
      const sent = accepted === undefined ? {} : { 'accept-encoding': accepted }
      const { headers, body } = await send(listening, path, sent)
      expect(headers).not.toHaveProperty('content-encoding')
      expect(headers).toMatchObject({ vary: 'accept-encoding' })
      expect(body.toString()).toBe(large.body)
    }
  })

  it(`leaves a small response of ${path} unchanged`, async () => {
    const small = jsonResponse(200, { text: 'x'.repeat(900) })
    const { headers, body } = await send(await start(small), path, gzip)
    expect(body.toString()).toBe(small.body)
    for (const name of ['content-encoding', 'etag', 'vary'])
      expect(headers).not.toHaveProperty(name)
  })

  it(`responds with 304 at ${path} to a caller that has this version`, async () => {
    const listening = await start(large)
    const plain = await send(listening, path)
    const packed = await send(listening, path, gzip)
    expect(plain.headers['etag']).toMatch(/^"[\w-]{22}"$/)
    expect(packed.headers['etag']).toBe(`W/${plain.headers['etag']}`)
    expect(plain.headers['cache-control']).toBe('private, no-cache')
    for (const etag of [
      plain.headers['etag'],
      packed.headers['etag'],
      `"x", ${plain.headers['etag']}`,
    ]) {
      const again = await send(listening, path, { ...gzip, 'if-none-match': String(etag) })
      expect(again).toMatchObject({ status: 304, body: Buffer.alloc(0) })
      expect(again.headers).toMatchObject({ etag: plain.headers['etag'], vary: 'accept-encoding' })
      expect(again.headers).not.toHaveProperty('content-encoding')
    }
    const other = await send(listening, path, { 'if-none-match': '"other"' })
    expect(other.status).toBe(200)
  })

  it(`keeps the ETag that the service of ${path} has set`, async () => {
    const listening = await start({ ...large, headers: { ...large.headers, etag: '"v1"' } })
    expect((await send(listening, path)).headers['etag']).toBe('"v1"')
    expect((await send(listening, path, gzip)).headers['etag']).toBe('W/"v1"')
    const again = await send(listening, path, { 'if-none-match': 'W/"v1"' })
    expect(again.status).toBe(304)
  })

  it(`leaves a response of ${path} unchanged that is encoded, a part or not text`, async () => {
    const cases: [status: number, headers: Record<string, string>][] = [
      [200, { 'content-encoding': 'br' }],
      [200, { 'cache-control': 'no-transform' }],
      [200, { 'content-type': 'image/png' }],
      [200, { 'content-type': 'application/octet-stream' }],
      [206, { 'content-range': 'bytes 0-9/100' }],
    ]
    for (const [status, headers] of cases) {
      const result: TextResponse = { ...large, status, headers: { ...large.headers, ...headers } }
      const received = await send(await start(result), path, gzip)
      expect(received.body.toString()).toBe(large.body)
      expect(received.headers).toMatchObject({ ...headers })
    }
  })

  it(`does not compress ${path} for a caller that requests a range`, async () => {
    const { headers } = await send(await start(large), path, { ...gzip, range: 'bytes=0-9' })
    expect(headers).not.toHaveProperty('content-encoding')
  })

  it(`compresses an error of ${path} without an ETag`, async () => {
    const { headers } = await send(await start({ ...large, status: 422 }), path, gzip)
    expect(headers['content-encoding']).toBe('gzip')
    expect(headers).not.toHaveProperty('etag')
  })

  it(`keeps the Vary header of pages on other origins at ${path}`, async () => {
    const origin = 'https://app.example.org'
    const listening = await start(large, { allowedOrigins: [origin] })
    const { headers } = await send(listening, path, { ...gzip, origin })
    expect(headers['vary']).toBe('origin, accept-encoding')
  })
}

it('responds to HEAD without a body', async () => {
  const listening = await start(() => new Response(null, { headers: { etag: '"v1"' } }))
  const { status, body } = await send(listening, '/fetch', gzip, 'HEAD')
  expect({ status, body: body.byteLength }).toEqual({ status: 200, body: 0 })
  const known = await send(listening, '/fetch', { 'if-none-match': '"v1"' }, 'HEAD')
  expect(known.status).toBe(304)
})

it('sends the events of a stream at once, without compression', async () => {
  const event = `data: ${'x'.repeat(2000)}\n\n`
  let sendNext = (): void => {}
  const listening = await start(
    () =>
      new Response(
        new ReadableStream<Uint8Array>({
          start(controller) {
            controller.enqueue(new TextEncoder().encode(event))
            sendNext = () => {
              controller.enqueue(new TextEncoder().encode(event))
              controller.close()
            }
          },
        }),
        { headers: eventStreamHeaders },
      ),
  )
  const response = await fetch(`${listening.url}/fetch`)
  expect(response.headers.get('content-encoding')).toBeNull()
  expect(response.headers.get('etag')).toBeNull()
  const [reader, decoder] = [response.body?.getReader(), new TextDecoder()]
  let received = ''
  while (received.length < event.length) received += decoder.decode((await reader?.read())?.value)
  expect(received).toBe(event)
  sendNext()
  await reader?.cancel()
})

it('passes on a body that is too large to be read as a whole', async () => {
  const chunk = new Uint8Array(1024 * 1024).fill(120)
  let count = 0
  const listening = await start(
    () =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            if (count++ < 12) controller.enqueue(chunk)
            else controller.close()
          },
        }),
        { headers: { 'content-type': 'text/plain' } },
      ),
  )
  const { headers, body } = await send(listening, '/fetch', gzip)
  expect(body.byteLength).toBe(12 * chunk.byteLength)
  expect(headers).not.toHaveProperty('content-encoding')
})

it('ends the body of a caller that disconnects', async () => {
  let isCancelled = false
  const listening = await start(
    () =>
      new Response(
        new ReadableStream<Uint8Array>({
          cancel() {
            isCancelled = true
          },
        }),
        { headers: { 'content-type': 'text/plain' } },
      ),
  )
  const caller = httpRequest({ port: listening.port, host: '127.0.0.1', path: '/fetch' })
  caller.on('error', () => {}).end()
  caller.on('socket', (socket) => socket.on('connect', () => setImmediate(() => caller.destroy())))
  await expect.poll(() => isCancelled).toBe(true)
})

it('sends many large responses in parallel', async () => {
  const body = JSON.stringify({ text: 'word '.repeat(400_000) })
  const listening = await start({ ...large, body })
  const all = await Promise.all(Array.from({ length: 12 }, () => send(listening, '/fast', gzip)))
  for (const { headers, body: received } of all) {
    const isPacked = headers['content-encoding'] === 'gzip'
    expect((isPacked ? gunzipSync(received) : received).toString()).toBe(body)
  }
  expect(all.some(({ headers }) => headers['content-encoding'] === 'gzip')).toBe(true)
})

it.each([
  ['gzip', true],
  ['GZIP ; Q=0.5, br', true],
  ['x-gzip', true],
  ['*', true],
  ['br, *;q=0.1', true],
  ['gzip;q=0, *', false],
  ['gzip;q=0.000', false],
  ['deflate, br', false],
  ['', false],
  ['notgzip', false],
])('reads Accept-Encoding: %s', (header, isAccepted) => {
  expect(acceptsGzip(header)).toBe(isAccepted)
})
