import { afterEach, expect, it } from 'vitest'

import type { Page } from '../fixtures/open-site.ts'
import type { StandIn } from '../fixtures/stand-in.ts'
import { json, openStandIn } from '../fixtures/stand-in.ts'
import type { SearchQuery } from './search-provider.ts'
import { searxngSearch } from './searxng-search.ts'

let standIn: StandIn | undefined

afterEach(async () => {
  await standIn?.close()
})

const found = {
  query: 'tide tables',
  number_of_results: 0,
  results: [
    {
      url: 'https://tides.example.org/tables',
      title: 'Tide tables',
      content: 'The tide tables of the harbour.',
      engine: 'duckduckgo',
      engines: ['duckduckgo', 'qwant'],
      score: 4,
      category: 'general',
      publishedDate: '2026-11-20T00:00:00',
    },
    { url: 'https://example.com/moon', title: 'Moon', publishedDate: null },
  ],
  responses: [],
  suggestions: [],
  unresponsive_engines: [['brave', 'too many requests']],
}

async function open(
  page: Page,
  path = '',
): Promise<(query?: Partial<SearchQuery>) => Promise<unknown>> {
  const opened = await openStandIn(page)
  standIn = opened
  const provider = searxngSearch({ url: `${opened.site.origin}${path}` })
  return (query) => opened.search(provider, query)
}

it('returns the results', async () => {
  const search = await open(json(found))
  expect(await search()).toEqual([
    {
      title: 'Tide tables',
      url: 'https://tides.example.org/tables',
      snippet: 'The tide tables of the harbour.',
      publishedAt: '2026-11-20T00:00:00.000Z',
    },
    { title: 'Moon', url: 'https://example.com/moon', snippet: '' },
  ])
})

it('sends the documented request to any URL', async () => {
  const search = await open(json(found), '/searx')
  await search({ site: 'example.org', recency: 'year' })
  expect(standIn?.site.requests).toMatchObject([
    { line: 'GET /searx/search?q=tide+tables+site%3Aexample.org&format=json&time_range=year' },
  ])
})

it('names the setting if the instance does not return JSON', async () => {
  const search = await open((_request, response) => void response.writeHead(403).end('<h1>403'))
  await expect(search()).rejects.toMatchObject({
    code: 'upstream-error',
    message: expect.stringContaining('search.formats'),
    details: { reason: 'provider-configuration' },
  })
})

it('names the credentials if a proxy in front of the instance rejects them', async () => {
  const search = await open((_request, response) => void response.writeHead(401).end())
  await expect(search()).rejects.toMatchObject({
    code: 'upstream-error',
    message: expect.stringContaining('user name and password'),
    details: { reason: 'provider-auth' },
  })
})

it('reports the rate limit of the instance', async () => {
  const search = await open((_request, response) => void response.writeHead(429).end())
  await expect(search()).rejects.toMatchObject({ code: 'rate-limited', retryable: true })
})

it('rejects a page as a response', async () => {
  const search = await open((_request, response) => void response.end('<!doctype html>'))
  await expect(search()).rejects.toMatchObject({
    code: 'upstream-error',
    details: { reason: 'provider-answer' },
  })
})
