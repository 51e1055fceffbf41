import { gzipSync } from 'node:zlib'

import { expectSteadyLoop } from '@mcp/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { callResult } from '../fixtures/call.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Site } from '../fixtures/open-site.ts'
import { respond, openSite } from '../fixtures/open-site.ts'
import { parseSitemap } from './parse-sitemap.ts'

const server = openServer()
let site: Site

const xml = { 'content-type': 'application/xml' }
const urlset = (urls: readonly string[]) =>
  `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${urls
    .map((url) => `<url><loc>${url}</loc></url>`)
    .join('')}</urlset>`
const index = (urls: readonly string[]) =>
  `<sitemapindex>${urls.map((url) => `<sitemap><loc>${url}</loc></sitemap>`).join('')}</sitemapindex>`
const numbered = (count: number) =>
  Array.from({ length: count }, (_, n) => `https://example.com/page/${n}`)

beforeAll(async () => {
  site = await openSite(
    {
      '/robots.txt': respond('', { 'content-type': 'text/plain' }, 404),
      '/sitemap.xml': (request, response) => {
        const origin = `http://${request.headers.host}`
        const parts = ['/a.xml', '/b.xml.gz', '/missing.xml', '/sitemap.xml'].map((p) => origin + p)
        respond(index(parts), xml)(request, response)
      },
      '/a.xml': respond(urlset(['https://example.com/a', 'javascript:alert(1)', '/relative']), xml),
      '/b.xml.gz': respond(gzipSync(urlset(['https://example.com/b?x=1&amp;y=&#50;'])), {
        'content-type': 'application/gzip',
      }),
      '/overloaded.xml': respond('', { 'content-type': 'text/plain' }, 503),
      '/plain.txt': respond('https://example.com/1\n\nhttps://example.com/2\n', {
        'content-type': 'text/plain',
      }),
      '/large.xml': respond(urlset(numbered(60_000)), xml),
      '/bomb.xml.gz': respond(gzipSync(Buffer.alloc(300 * 1024 * 1024, ' ')), xml),
      '/page.xml': respond('<html><body>no sitemap</body></html>', xml),
      '/broken.xml': respond('<urlset><url><loc>https://example.com/', xml),
      '/deep.xml': respond('<urlset><url>'.repeat(20_000), xml),
      '/entities.xml': respond(
        `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY f SYSTEM "file:///etc/passwd">]>${urlset(['https://example.com/&c;&f;'])}`,
        xml,
      ),
    },
    {
      otherwise(request, response) {
        const level = Number(/\/level-(\d+)/.exec(request.url ?? '')?.[1] ?? Number.NaN)
        const next = `http://${request.headers.host}/level-${level + 1}.xml`
        const page = Number.isNaN(level) ? respond('no', xml, 404) : respond(index([next]), xml)
        page(request, response)
      },
    },
  )
}, 60_000)

afterAll(async () => {
  await server.close()
  await site.close()
})

const read = (path: string, params: Record<string, unknown> = {}) =>
  callResult(server, 'sitemap', { url: `${site.origin}${path}`, ...params })

it('reads an index and its sitemaps, plain or gzipped, and reports failures', async () => {
  expect(await read('/any/page')).toEqual({
    items: [{ url: 'https://example.com/a' }, { url: 'https://example.com/b?x=1&y=2' }],
    sitemaps: [`${site.origin}/sitemap.xml`, `${site.origin}/a.xml`, `${site.origin}/b.xml.gz`],
    failed: [{ url: `${site.origin}/missing.xml`, message: expect.stringContaining('404') }],
    truncated: false,
  })
})

it('reads a text with one URL per line', async () => {
  expect(await read('/plain.txt')).toMatchObject({
    items: [{ url: 'https://example.com/1' }, { url: 'https://example.com/2' }],
  })
})

it('continues with a cursor without fetching again', async () => {
  const first = await read('/plain.txt', { limit: 1 })
  const before = site.requests.length
  const cursor = Reflect.get(Object(first), 'nextCursor')
  expect(await read('/plain.txt', { limit: 1, cursor })).toMatchObject({
    items: [{ url: 'https://example.com/2' }],
  })
  expect(site.requests).toHaveLength(before)
})

it('reads 20,000 of 60,000 URLs and reports the truncation', async () => {
  await expectSteadyLoop(async () => {
    expect(await read('/large.xml', { query: '/page/19999' })).toMatchObject({
      items: [{ url: 'https://example.com/page/19999' }],
      truncated: true,
    })
  })
}, 60_000)

it('follows indexes of indexes three deep', async () => {
  const response = await read('/level-1.xml')
  expect(response).toMatchObject({ items: [], truncated: true })
  expect(response).toHaveProperty('sitemaps.length', 3)
})

describe('reports an error for a document that is not a sitemap', () => {
  it.each([
    ['/page.xml', 'upstream-error', 'sitemap-syntax'],
    ['/deep.xml', 'upstream-error', 'sitemap-syntax'],
    ['/nothing.xml', 'not-found', 'no-sitemap'],
    ['/overloaded.xml', 'upstream-error', 'sitemap-unavailable'],
  ])('%s: %s, %s', async (path, code, reason) => {
    await expectSteadyLoop(async () => {
      expect(await read(path)).toMatchObject({ error: { code, details: { reason } } })
    })
  })

  it('an empty text has no URLs', async () => {
    expect(await read('/bomb.xml.gz', { timeoutMs: 25_000 })).toMatchObject({
      items: [],
      truncated: true,
    })
  }, 30_000)
})

it('does not expand the entities of a sitemap or read files for them', async () => {
  const response = JSON.stringify(await read('/entities.xml'))
  expect(response).not.toMatch(/aaaa|root:/)
})

it('reads the metadata of a URL', () => {
  const text = `<urlset><url><loc> https://example.com/ </loc><lastmod>2026-01-02</lastmod>
    <changefreq>daily</changefreq><priority>0.5</priority></url></urlset>`
  expect(parseSitemap({ text, maxEntries: 10 })).toEqual({
    isIndex: false,
    truncated: false,
    entries: [
      {
        url: 'https://example.com/',
        lastModified: '2026-01-02',
        changeFrequency: 'daily',
        priority: 0.5,
      },
    ],
  })
})
