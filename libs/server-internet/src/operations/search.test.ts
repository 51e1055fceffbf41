import { afterAll, beforeAll, expect, it } from 'vitest'

import { call, outcome } from '../fixtures/call.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Page, Site } from '../fixtures/open-site.ts'
import { answer, openSite, redirect } from '../fixtures/open-site.ts'
import type { InternetServerOptions } from '../internet-server.ts'

const json = { 'content-type': 'application/json' }
const found = Array.from({ length: 5 }, (_, n) => ({
  title: `Result ${n}`,
  url: `https://example.com/${n}`,
  content: 'What it says.',
  publishedDate: '2026-01-02T00:00:00',
}))

let engine: Site
let page: Page = answer(JSON.stringify({ results: found }), json)

beforeAll(async () => {
  engine = await openSite({}, { otherwise: (request, response) => page(request, response) })
})

afterAll(() => engine.close())

/** What a search gives, on a server with these options that lives for that one call. */
async function searchWith(options: InternetServerOptions, params: Record<string, unknown> = {}) {
  const server = openServer({ allowedHosts: [], ...options })
  try {
    return await outcome(server, 'search', { query: 'model context protocol', ...params })
  } finally {
    await server.close()
  }
}

it('says which variables to set where no search engine is configured', async () => {
  const answered = await searchWith({})
  expect(answered).toMatchObject({
    error: { code: 'unavailable', retryable: false, details: { reason: 'no-search-provider' } },
  })
  expect(JSON.stringify(answered)).toMatch(/BRAVE_API_KEY.*TAVILY_API_KEY.*SEARXNG_URL/)
})

it('asks the engine of the operator, which may be on a private host', async () => {
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

it('shows an engine behind a password the one in its address, and tells it to nobody', async () => {
  const searxngUrl = engine.origin.replace('//', '//ann:p%40s%s@')
  expect(await searchWith({ search: { searxngUrl } })).toMatchObject({ provider: 'searxng' })
  expect(engine.requests.at(-1)?.headers).toMatchObject({
    authorization: `Basic ${btoa('ann:p@s%s')}`,
  })
  await engine.close()
  const answered = await searchWith({ search: { searxngUrl } })
  expect(answered).toMatchObject({ error: { code: 'upstream-error' } })
  expect(JSON.stringify(answered)).not.toMatch(/ann|p@s|p%40s/)
  engine = await openSite({}, { otherwise: (request, response) => page(request, response) })
})

it('knows the host of an engine with a dot behind it', async () => {
  const search = { searxngUrl: `http://engine.internal.:${engine.port}/` }
  expect(await searchWith({ search })).toMatchObject({ provider: 'searxng' })
})

it('opens that host for searches alone', async () => {
  const server = openServer({ allowedHosts: [], search: { searxngUrl: engine.origin } })
  expect(await outcome(server, 'fetch', { url: `${engine.origin}/admin` })).toMatchObject({
    error: { details: { reason: 'ssrf-blocked' } },
  })
  await server.close()
})

it('asks an engine of your own first, or the one that is named', async () => {
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
    error: { code: 'invalid-params', message: expect.stringContaining('there is own, searxng') },
  })
})

it('marks results as untrusted', async () => {
  const server = openServer({ search: { searxngUrl: engine.origin } })
  const response = await call(server, 'search', { query: 'x' })
  expect(response.metadata).toMatchObject({ untrusted: true })
  await server.close()
})

it('follows no redirect of an engine', async () => {
  page = redirect('http://127.0.0.1:1/')
  expect(await searchWith({ search: { searxngUrl: engine.origin } })).toMatchObject({
    error: { code: 'upstream-error' },
  })
})
