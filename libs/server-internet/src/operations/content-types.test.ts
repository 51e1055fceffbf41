import { gzipSync } from 'node:zlib'

import iconv from 'iconv-lite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { callResult } from '../fixtures/call.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Page, Site } from '../fixtures/open-site.ts'
import { openSite, redirect, respond } from '../fixtures/open-site.ts'
import { smallPdf } from '../fixtures/small-pdf.ts'

const server = openServer()
let site: Site

const pdf = smallPdf(['Hello from a page'], 'A page')
const html = '<!doctype html><title>A page</title><p>Hello from a page'
const json = '{"text":"Hello from a page"}'
const xml = '<?xml version="1.0"?><a>Hello from a page</a>'
const utf16 = iconv.encode(html, 'utf-16le', { addBOM: true })

/** Type that the site sends, body, and expected type of the content. */
const contents: readonly (readonly [type: string, body: string | Uint8Array, found: string])[] = [
  ['application/pdf', pdf, 'application/pdf'],
  ['application/octet-stream', pdf, 'application/pdf'],
  ['text/html', pdf, 'application/pdf'],
  ['', pdf, 'application/pdf'],
  ['text/html', html, 'text/html'],
  ['text/html; charset="UTF-8"', html, 'text/html'],
  ['text/html; charset=none', html, 'text/html'],
  ['text/html', utf16, 'text/html'],
  ['text/html; charset=iso-8859-1', `\uFEFF${html}`, 'text/html'],
  ['', html, 'text/html'],
  ['application/octet-stream', html, 'text/html'],
  ['application/xhtml+xml', html, 'application/xhtml+xml'],
  ['application/json', json, 'application/json'],
  ['application/json', `\uFEFF${json}`, 'application/json'],
  ['application/problem+json', json, 'application/problem+json'],
  ['', json, 'application/json'],
  ['application/x-ndjson', `${json}\n${json}`, 'application/x-ndjson'],
  ['application/xml', xml, 'application/xml'],
  ['application/rss+xml', xml, 'application/rss+xml'],
  ['image/svg+xml', xml, 'image/svg+xml'],
  ['text/plain', 'Hello from a page', 'text/plain'],
  ['text/markdown', '# Hello from a page', 'text/markdown'],
  ['text/csv', 'a,b\nHello from a page,1', 'text/csv'],
  ['text/javascript', '"Hello from a page"', 'text/javascript'],
  ['application/yaml', 'text: Hello from a page', 'application/yaml'],
  ['application/toml', 'text = "Hello from a page"', 'application/toml'],
]

const binaries = ['image/png', 'application/zip', 'audio/mpeg', 'application/octet-stream'] as const
const binary = Buffer.from([0x89, 0, 1, 2, 3, 255])

const withType = (type: string, body: string | Uint8Array, more = {}): Page =>
  respond(body, { ...(type !== '' && { 'content-type': type }), ...more })

beforeAll(async () => {
  site = await openSite({
    ...Object.fromEntries(contents.map(([type, body], at) => [`/${at}`, withType(type, body)])),
    ...Object.fromEntries(
      contents.map(([type, body], at) => [
        `/gzip/${at}`,
        withType(type, gzipSync(body), { 'content-encoding': 'gzip' }),
      ]),
    ),
    ...Object.fromEntries(binaries.map((type, at) => [`/binary/${at}`, withType(type, binary)])),
    '/refresh': respond('<meta http-equiv="refresh" content="0; url=/target"><p>Redirecting</p>'),
    '/refresh-noscript': respond(
      '<noscript><meta http-equiv="Refresh" content="1;URL=\'/target\'"></noscript>',
    ),
    '/refresh-header': respond('Redirecting', {
      'content-type': 'text/html',
      refresh: '0; url=/target',
    }),
    '/refresh-late': respond('<meta http-equiv="refresh" content="30; url=/target"><p>Read this'),
    '/refresh-self': respond('<meta http-equiv="refresh" content="0"><p>Live'),
    '/refresh-loop': respond('<meta http-equiv="refresh" content="0; url=/refresh-back"><p>Loop'),
    '/refresh-back': respond('<meta http-equiv="refresh" content="0; url=/refresh-loop"><p>Back'),
    '/refresh-blocked': respond('<meta http-equiv="refresh" content="0; url=http://10.0.0.1/">'),
    '/redirect-refresh': redirect('/refresh'),
    '/target': respond('<title>Target</title><p>Hello from the target <a href="next">Next</a>'),
  })
})

afterAll(async () => {
  await server.close()
  await site.close()
})

const fetchPage = (path: string, params: Readonly<Record<string, unknown>> = {}) =>
  callResult(server, 'fetch', { url: `${site.origin}${path}`, respectRobots: false, ...params })

describe('a running server reads content of every type', () => {
  it.each(contents.map(([type, , found], at) => [type, found, at] as const))(
    '%s as %s (%i)',
    async (_type, contentType, at) => {
      for (const path of [`/${at}`, `/gzip/${at}`]) {
        const expected = { contentType, content: expect.stringContaining('Hello from a page') }
        expect(await fetchPage(path)).toMatchObject(expected)
        expect(await fetchPage(path, { format: 'text' })).toMatchObject(expected)
        expect(await fetchPage(path, { format: 'bytes' })).toMatchObject({ contentType })
      }
    },
  )

  it.each(binaries.map((type, at) => [type, at] as const))(
    '%s as bytes only',
    async (contentType, at) => {
      expect(await fetchPage(`/binary/${at}`, { format: 'bytes' })).toMatchObject({
        contentType,
        content: binary.toString('base64'),
      })
      expect(await fetchPage(`/binary/${at}`)).toMatchObject({
        error: { details: { reason: 'wrong-format' } },
      })
    },
  )
})

describe('a page that refreshes to another page', () => {
  it.each(['/refresh', '/refresh-noscript', '/refresh-header', '/redirect-refresh'])(
    'is followed: %s',
    async (path) => {
      const page = await fetchPage(path)
      expect(page).toMatchObject({
        finalUrl: `${site.origin}/target`,
        title: 'Target',
        content: expect.stringContaining('Hello from the target'),
      })
      expect(Reflect.get(Object(page), 'redirects').at(-1)).toMatchObject({
        status: 200,
        to: `${site.origin}/target`,
      })
      expect(await callResult(server, 'links', { url: `${site.origin}${path}` })).toMatchObject({
        items: [{ url: `${site.origin}/next` }],
      })
    },
  )

  it('is returned with a note if it is meant to be read', async () => {
    expect(await fetchPage('/refresh-late')).toMatchObject({
      content: 'Read this',
      note: expect.stringContaining(`The page redirects to ${site.origin}/target after 30 s.`),
    })
  })

  it('is returned if it only reloads itself', async () => {
    expect(await fetchPage('/refresh-self')).toMatchObject({ content: 'Live', redirects: [] })
  })

  it('is not followed for ever', async () => {
    expect(await fetchPage('/refresh-loop')).toMatchObject({
      note: expect.stringContaining('The page redirects to'),
    })
    expect(site.requests.length).toBeLessThan(200)
  })

  it('does not lead to a blocked host', async () => {
    expect(await fetchPage('/refresh-blocked')).toMatchObject({
      error: { code: 'forbidden', details: { reason: 'ssrf-blocked' } },
    })
  })
})
