import { afterAll, beforeAll, expect, it } from 'vitest'

import { call, callResult } from '../fixtures/call.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Page, Site } from '../fixtures/open-site.ts'
import { respond, openSite, redirect } from '../fixtures/open-site.ts'
import type { InternetServerOptions } from '../internet-server.ts'

const json = { 'content-type': 'application/json' }
const found = Array.from({ length: 5 }, (_, n) => ({
  title: `Result ${n}`,
  url: `https://example.com/${n}`,
  content: 'What it says.',
  publishedDate: '2026-01-02T00:00:00',
}))

let engine: Site
let page: Page = respond(JSON.stringify({ results: found }), json)

beforeAll(async () => {
  engine = await openSite({}, { otherwise: (request, response) => page(request, response) })
})

afterAll(() => engine.close())

/** Creates a server with these options and runs one search on it. */
async function searchWith(options: InternetServerOptions, params: Record<string, unknown> = {}) {
  const server = openServer({ allowedHosts: [], ...options })
  try {
    return await callResult(server, 'search', { query: 'model context protocol', ...params })
  } finally {
    await server.close()
  }
}

it('names the variables to set if no search engine is configured', async () => {
  const response = await searchWith({})
  expect(response).toMatchObject({
    error: { code: 'unavailable', retryable: false, details: { reason: 'no-search-provider' } },
  })
  expect(JSON.stringify(response)).toMatch(/BRAVE_API_KEY.*TAVILY_API_KEY.*SEARXNG_URL/)
})

it('uses the search engine of the operator, which may be on a private host', async () => {
  const search = { searxngUrl: `${engine.origin}/` }
  expect(await searchWith({ search }, { limit: 2 })).toEqual({
    provider: 'searxng',
    results: [0, 1].map((n) => ({
      title: `Result ${n}`,
      url: `https://example.com/${n}`,
      snippet: 'What it says.',
      publishedAt: expect.stringContaining('2026-01-02'),
    })),
  })
})

it('sends the password of the URL to the search engine and does not reveal it', async () => {
  const searxngUrl = engine.origin.replace('//', '//ann:p%40s%s@')
  expect(await searchWith({ search: { searxngUrl } })).toMatchObject({ provider: 'searxng' })
  expect(engine.requests.at(-1)?.headers).toMatchObject({
    authorization: `Basic ${btoa('ann:p@s%s')}`,
  })
  await engine.close()
  const response = await searchWith({ search: { searxngUrl } })
  expect(response).toMatchObject({ error: { code: 'upstream-error' } })
  expect(JSON.stringify(response)).not.toMatch(/ann|p@s|p%40s/)
  engine = await openSite({}, { otherwise: (request, response) => page(request, response) })
})

it('accepts a trailing dot in the host name of a search engine', async () => {
  const search = { searxngUrl: `http://engine.internal.:${engine.port}/` }
  expect(await searchWith({ search })).toMatchObject({ provider: 'searxng' })
})

it('allows the host of a search engine only for searches', async () => {
  const server = openServer({ allowedHosts: [], search: { searxngUrl: engine.origin } })
  expect(await callResult(server, 'fetch', { url: `${engine.origin}/admin` })).toMatchObject({
    error: { details: { reason: 'ssrf-blocked' } },
  })
  await server.close()
})

it('uses an additional engine first, or the selected one', async () => {
  const search = {
    searxngUrl: engine.origin,
    providers: [
      { id: 'own', search: async () => [{ title: 'T', url: 'https://a.test/', snippet: '' }] },
    ],
  }
  expect(await searchWith({ search })).toMatchObject({ provider: 'own' })
  expect(await searchWith({ search }, { provider: 'searxng' })).toMatchObject({
    provider: 'searxng',
  })
  expect(await searchWith({ search }, { provider: 'brave' })).toMatchObject({
    error: { code: 'invalid-params', message: expect.stringContaining('available: own, searxng') },
  })
})

it('marks results as untrusted', async () => {
  const server = openServer({ search: { searxngUrl: engine.origin } })
  const response = await call(server, 'search', { query: 'x' })
  expect(response.metadata).toMatchObject({ untrusted: true })
  await server.close()
})

it.each([
  ['a document', '{"results":[{"title":"', 'x'],
  ['white space', '', ' '],
  ['a list', '{"results":[', '{"url":"https://example.com/"},'],
])('reads at most a mebibyte of an endless response: %s', async (_name, start, filler) => {
  const block = filler.repeat(Math.ceil(65_536 / filler.length))
  const maxSentBytes = 256 * 1024 * 1024
  let sentBytes = 0
  page = (_request, response) => {
    response.writeHead(200, json).write(start)
    const send = (): void => {
      while (!response.destroyed && sentBytes < maxSentBytes) {
        sentBytes += block.length
        if (!response.write(block)) return
      }
      response.end()
    }
    response.on('drain', send)
    send()
  }
  expect(await searchWith({ search: { searxngUrl: engine.origin } })).toMatchObject({
    error: { code: 'upstream-error', details: { reason: 'provider-answer' } },
  })
  // The sockets buffer some data in addition.
  expect(sentBytes).toBeLessThan(32 * 1024 * 1024)
})

it('does not follow redirects of a search engine', async () => {
  page = redirect('http://127.0.0.1:1/')
  expect(await searchWith({ search: { searxngUrl: engine.origin } })).toMatchObject({
    error: { code: 'upstream-error' },
  })
})
