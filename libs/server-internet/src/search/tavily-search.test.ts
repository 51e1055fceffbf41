import { afterEach, expect, it } from 'vitest'

import type { Page } from '../fixtures/open-site.ts'
import type { StandIn } from '../fixtures/stand-in.ts'
import { json, openStandIn } from '../fixtures/stand-in.ts'
import type { SearchQuery } from './search-provider.ts'
import { tavilySearch } from './tavily-search.ts'

const key = 'tvly-secret-key'
let standIn: StandIn | undefined

afterEach(async () => {
  await standIn?.close()
})

const found = {
  query: 'tide tables',
  response: null,
  images: [],
  results: [
    {
      title: 'Tide tables',
      url: 'https://tides.example.org/tables',
      content: 'The tide tables of the harbour.\n\nAll of 2026.',
      score: 0.91,
      raw_content: null,
      published_date: 'Fri, 20 Nov 2026 08:15:00 GMT',
    },
    { title: 'Moon', url: 'https://example.com/moon', content: 'The moon.', score: 0.4 },
  ],
  response_time: '1.09',
  request_id: '123e4567',
}

async function open(page: Page): Promise<(query?: Partial<SearchQuery>) => Promise<unknown>> {
  const opened = await openStandIn(page)
  standIn = opened
  const provider = tavilySearch({ key, url: `${opened.site.origin}/search` })
  return (query) => opened.search(provider, query)
}

it('returns the results', async () => {
  const search = await open(json(found))
  expect(await search()).toEqual([
    {
      title: 'Tide tables',
      url: 'https://tides.example.org/tables',
      snippet: 'The tide tables of the harbour. All of 2026.',
      publishedAt: '2026-11-20T08:15:00.000Z',
    },
    { title: 'Moon', url: 'https://example.com/moon', snippet: 'The moon.' },
  ])
})

it('sends the documented request', async () => {
  const search = await open(json(found))
  await search({ limit: 50, site: 'example.org', recency: 'month' })
  expect(standIn?.site.requests).toEqual([
    {
      line: 'POST /search',
      headers: expect.objectContaining({
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
      }),
    },
  ])
  expect(standIn?.body()).toEqual({
    query: 'tide tables',
    search_depth: 'basic',
    max_results: 20,
    include_domains: ['example.org'],
    time_range: 'month',
  })
})

it('reports a rejected key, without the key', async () => {
  const search = await open(
    json({ detail: { error: `Unauthorized: missing or invalid API key ${key}.` } }, 401),
  )
  const failure = await search().catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'upstream-error', details: { reason: 'provider-auth' } })
  expect(String(failure)).not.toContain(key)
})

const tooOften = { detail: { error: 'Your request has been blocked due to excessive requests.' } }

it.each([
  ['seconds', { 'retry-after': '30' }, 30_000],
  [
    'a date',
    { 'retry-after': 'Fri, 20 Nov 2026 08:16:00 GMT', date: 'Fri, 20 Nov 2026 08:15:00 GMT' },
    60_000,
  ],
])('reports the retry delay from %s', async (_kind, headers, retryAfterMs) => {
  const search = await open(json(tooOften, 429, headers))
  await expect(search()).rejects.toMatchObject({
    code: 'rate-limited',
    retryable: true,
    details: { retryAfterMs },
  })
})

it.each([432, 433])('reports an exhausted quota for status %i', async (status) => {
  const search = await open(
    json({ detail: { error: 'This request exceeds your plan’s set usage limit.' } }, status),
  )
  await expect(search()).rejects.toMatchObject({
    code: 'rate-limited',
    retryable: false,
    details: { reason: 'provider-quota' },
  })
})

it('rejects a response of another shape', async () => {
  const search = await open(json({ results: [{ title: 'No address' }] }))
  await expect(search()).rejects.toMatchObject({
    code: 'upstream-error',
    details: { reason: 'provider-answer' },
  })
})
