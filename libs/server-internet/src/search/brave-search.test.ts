import { afterEach, expect, it } from 'vitest'

import type { Page } from '../fixtures/open-site.ts'
import type { StandIn } from '../fixtures/stand-in.ts'
import { json, openStandIn } from '../fixtures/stand-in.ts'
import { braveSearch } from './brave-search.ts'
import type { SearchProvider, SearchQuery } from './search-provider.ts'

const key = 'BSA-secret-key'
let standIn: StandIn | undefined

afterEach(async () => {
  await standIn?.close()
})

const found = {
  type: 'search',
  query: { original: 'tide tables', more_results_available: true },
  web: {
    type: 'search',
    results: [
      {
        type: 'search_result',
        title: 'Tide tables &amp; currents',
        url: 'https://tides.example.org/tables',
        description: 'The <strong>tide tables</strong> of the harbour &#x27;Sund&#39; for 2026.',
        age: '2 days ago',
        page_age: '2026-11-20T08:15:00',
        language: 'en',
      },
      { title: 'No link', url: 'javascript:alert(1)', description: '' },
      { title: 'Undated', url: 'https://example.com/', description: null },
    ],
  },
}

async function open(page: Page): Promise<(query?: Partial<SearchQuery>) => Promise<unknown>> {
  const opened = await openStandIn(page)
  standIn = opened
  return (query) => opened.search(provider(opened), query)
}

function provider({ site }: StandIn): SearchProvider {
  return braveSearch({ key, url: `${site.origin}/res/v1/web/search` })
}

it('returns results as plain text, with their publication time', async () => {
  const search = await open(json(found))
  expect(await search()).toEqual([
    {
      title: 'Tide tables & currents',
      url: 'https://tides.example.org/tables',
      snippet: "The tide tables of the harbour 'Sund' for 2026.",
      publishedAt: '2026-11-20T08:15:00.000Z',
    },
    { title: 'Undated', url: 'https://example.com/', snippet: '' },
  ])
})

it('sends the documented request', async () => {
  const search = await open(json(found))
  await search({ limit: 3, site: 'example.org', recency: 'week' })
  expect(standIn?.site.requests).toEqual([
    {
      line: 'GET /res/v1/web/search?q=tide+tables+site%3Aexample.org&count=3&text_decorations=false&result_filter=web&freshness=pw',
      headers: expect.objectContaining({
        'x-subscription-token': key,
        accept: 'application/json',
      }),
    },
  ])
})

it('returns at most the limit', async () => {
  const search = await open(json(found))
  expect(await search({ limit: 1 })).toHaveLength(1)
})

it('returns no results if the response has no list', async () => {
  const search = await open(json({ type: 'search', query: { original: 'tide tables' } }))
  expect(await search()).toEqual([])
})

it('reports a rejected key, for which Brave uses the status of an invalid query', async () => {
  const search = await open(
    json(
      {
        type: 'ErrorResponse',
        error: {
          id: '5d832250',
          status: 422,
          code: 'SUBSCRIPTION_TOKEN_INVALID',
          detail: `The provided subscription token ${key} is invalid.`,
          meta: { component: 'authentication' },
        },
        time: 1_663_072_993,
      },
      422,
    ),
  )
  const failure = await search().catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'upstream-error',
    retryable: false,
    details: { reason: 'provider-auth' },
  })
  expect(String(failure)).not.toContain(key)
})

it('reports a rejected query', async () => {
  const search = await open(
    json({ type: 'ErrorResponse', error: { code: 'VALIDATION', status: 422 } }, 422),
  )
  await expect(search()).rejects.toMatchObject({
    code: 'invalid-params',
    details: { reason: 'query-refused' },
  })
})

it('reports the retry delay: the longest of the exhausted windows', async () => {
  const search = await open(
    json({ type: 'ErrorResponse', error: { code: 'RATE_LIMITED', status: 429 } }, 429, {
      'x-ratelimit-limit': '1, 15000',
      'x-ratelimit-remaining': '0, 1934',
      'x-ratelimit-reset': '1, 1419704',
    }),
  )
  await expect(search()).rejects.toMatchObject({
    code: 'rate-limited',
    retryable: true,
    details: { retryAfterMs: 1_000 },
  })
})

it.each([
  ['something that is not JSON', (_: unknown, response) => void response.end('<html>')],
  ['another shape', json({ type: 'search', web: { results: 'none' } })],
  ['no result at all', json({})],
] satisfies [string, Page][])('rejects %s as a response', async (_what, page) => {
  const search = await open(page)
  await expect(search()).rejects.toMatchObject({
    code: 'upstream-error',
    details: { reason: 'provider-answer' },
  })
})

it('marks server errors of the provider as retryable', async () => {
  const search = await open(json({ error: 'boom' }, 503))
  await expect(search()).rejects.toMatchObject({ code: 'upstream-error', retryable: true })
})
