import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'

import { expectSteadyLoop } from '@mcp/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { callResult } from '../fixtures/call.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Page, Site } from '../fixtures/open-site.ts'
import { respond, openSite } from '../fixtures/open-site.ts'

const server = openServer()
let site: Site

const mebibyte = 1024 * 1024
const text = 'text/plain; charset=utf-8'
const zeros = Buffer.alloc(256 * mebibyte, 'a')

const encoded = (encoding: string, body: Uint8Array): Page =>
  respond(body, { 'content-type': text, 'content-encoding': encoding })

const endless: Page = (_request, response) => {
  response.writeHead(200, { 'content-type': text })
  const chunk = 'and so on '.repeat(6_554)
  function write(): void {
    while (!response.destroyed && response.write(chunk));
    response.once('drain', write)
  }
  write()
}

const drip: Page = (request, response) => {
  response.writeHead(200, { 'content-type': text })
  const timer = setInterval(() => response.write('.'), 20)
  request.on('close', () => clearInterval(timer))
}

const silent: Page = () => {}

const manyLines = `<p>${'A sentence of a long page. '.repeat(40)}</p>\n`

beforeAll(async () => {
  const gzipped = gzipSync(zeros)
  site = await openSite({
    '/gzip': encoded('gzip', gzipped),
    '/gzip-twice': encoded('gzip, gzip', gzipSync(gzipped)),
    '/gzip-thrice': encoded('gzip, gzip, gzip', gzipSync(gzipSync(gzipped))),
    '/br': encoded('br', brotliCompressSync(zeros)),
    '/deflate': encoded('deflate', deflateSync(zeros)),
    '/deflate-raw': encoded('deflate', deflateRawSync(zeros)),
    '/zstd': encoded('zstd', zstdCompressSync(zeros)),
    '/compress': encoded('compress', gzipped),
    '/broken': encoded('gzip', Buffer.from('no gzip at all')),
    '/endless': endless,
    '/drip': drip,
    '/silent': silent,
    '/large': respond(`<html><body><article>${manyLines.repeat(48_000)}</article></body></html>`),
    '/deep': respond(
      `<html><body>${'<div>'.repeat(20_000)}The depth${'</div>'.repeat(20_000)}</body></html>`,
    ),
    '/robots.txt': respond('', { 'content-type': text }, 404),
  })
  // Loads the workers and the libraries first, so that this is not measured.
  await callResult(server, 'extract', { html: '<p>warm</p>' })
}, 60_000)

afterAll(async () => {
  await server.close()
  await site.close()
})

const fetchPage = (path: string, params: Record<string, unknown> = {}) =>
  callResult(server, 'fetch', { url: `${site.origin}${path}`, cache: 'no-store', ...params })

describe('a body that decodes to 256 MiB is truncated at maxBytes of decoded data', () => {
  it.each(['gzip', 'gzip-twice', 'br', 'deflate', 'deflate-raw', 'zstd'])('%s', async (path) => {
    const before = process.memoryUsage.rss()
    await expectSteadyLoop(async () => {
      expect(await fetchPage(`/${path}`, { maxBytes: mebibyte, length: 10 })).toMatchObject({
        content: 'aaaaaaaaaa',
        totalLength: mebibyte,
        truncated: true,
      })
    })
    expect(process.memoryUsage.rss() - before).toBeLessThan(128 * mebibyte)
  })
})

it.each(['compress', 'gzip-thrice'])('refuses the encoding of /%s', async (path) => {
  expect(await fetchPage(`/${path}`)).toMatchObject({
    error: { code: 'upstream-error', details: { reason: 'content-encoding' } },
  })
})

it('reports a body that does not match its encoding', async () => {
  expect(await fetchPage('/broken')).toMatchObject({
    error: { code: 'upstream-error', details: { reason: 'malformed-answer' } },
  })
})

describe('a compressed body that ends early', () => {
  const lines = Array.from({ length: 60_000 }, (_, at) => `line ${(at * 7919) % 100_003}`).join(
    '\n',
  )
  const encodings = {
    gzip: gzipSync(lines),
    br: brotliCompressSync(lines),
    deflate: deflateSync(lines),
    zstd: zstdCompressSync(lines),
    'gzip, br': brotliCompressSync(gzipSync(lines)),
  }
  const cases = Object.entries(encodings).flatMap(([encoding, body]) =>
    [0.5, 0.99].map(
      (share) => [encoding, share, body.subarray(0, body.length * share), body] as const,
    ),
  )

  it.each([
    ...cases,
    ['deflate', 'raw half', deflateRawSync(lines).subarray(0, -1_000), encodings.deflate],
    ['gzip', 'checksum', encodings.gzip.subarray(0, -8), encodings.gzip],
  ] as const)(
    'is decoded as far as possible, and not cached: %s, %s',
    async (encoding, _cut, body, whole) => {
      let times = 0
      const headers = {
        'content-type': text,
        'content-encoding': encoding,
        'cache-control': 'max-age=60',
      }
      const own = await openSite({
        '/page': (request, response) =>
          respond(times++ === 0 ? body : whole, headers)(request, response),
      })
      const page = { url: `${own.origin}/page`, length: 262_144, respectRobots: false }
      const first = await callResult(server, 'fetch', page)
      const second = await callResult(server, 'fetch', page)
      await own.close()
      const { content, ...others } = Object(first)
      expect(others).toMatchObject({
        truncated: true,
        note: 'The response ended before the end of its compressed data; the rest is missing.',
      })
      expect(lines.startsWith(content)).toBe(true)
      expect(content.length).toBeGreaterThan(100_000)
      expect(second).toMatchObject({ totalLength: lines.length, truncated: false, cache: 'miss' })
    },
  )

  it('makes a robots.txt unavailable', async () => {
    const body = gzipSync('User-agent: *\nAllow: /\n')
    const own = await openSite({
      '/robots.txt': respond(body.subarray(0, -12), {
        'content-type': text,
        'content-encoding': 'gzip',
      }),
    })
    expect(await callResult(server, 'checkRobots', { url: `${own.origin}/` })).toMatchObject({
      allowed: false,
      reason: 'robots-unavailable',
    })
    await own.close()
  })
})

it('ignores zeros after a gzip body and reads all of its members', async () => {
  const body = Buffer.concat([gzipSync('one '), gzipSync('two'), Buffer.alloc(3)])
  const own = await openSite({ '/page': encoded('gzip', body) })
  const page = { url: `${own.origin}/page`, respectRobots: false }
  expect(await callResult(server, 'fetch', page)).toMatchObject({
    content: 'one two',
    truncated: false,
  })
  await own.close()
})

it('truncates an endless body and closes the connection', async () => {
  await expectSteadyLoop(async () => {
    expect(await fetchPage('/endless', { maxBytes: 3 * mebibyte })).toMatchObject({
      totalLength: 3 * mebibyte,
      truncated: true,
    })
  })
})

it.each(['drip', 'silent'])('aborts /%s after the timeout', async (path) => {
  const started = Date.now()
  await expectSteadyLoop(async () => {
    expect(await fetchPage(`/${path}`, { timeoutMs: 400 })).toMatchObject({
      error: { code: 'timeout', retryable: true, details: { reason: 'fetch-timeout' } },
    })
  })
  expect(Date.now() - started).toBeLessThan(3_000)
})

it('aborts a fetch when its caller cancels', async () => {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 100)
  const url = `${site.origin}/drip`
  expect(await callResult(server, 'fetch', { url }, { signal: controller.signal })).toMatchObject({
    error: { code: 'cancelled' },
  })
})

it('reads the beginning of 50 MB of HTML', async () => {
  await expectSteadyLoop(async () => {
    const read = await fetchPage('/large', { timeoutMs: 25_000 })
    expect(read).toMatchObject({ truncated: true, content: expect.stringContaining('A sentence') })
  })
}, 90_000)

it('reads the maximum of 50 MB', async () => {
  const read = await fetchPage('/large', { maxBytes: 16 * mebibyte, timeoutMs: 25_000 })
  expect(read).toMatchObject({ truncated: true, content: expect.stringContaining('A sentence') })
}, 30_000)

it('reads a page of 20,000 nested elements', async () => {
  await expectSteadyLoop(async () => {
    expect(await fetchPage('/deep', { extract: 'full', format: 'text' })).toMatchObject({
      content: expect.stringContaining('The depth'),
    })
  })
}, 60_000)
