import { createRequest } from '@mcp/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'

import { call, callResult } from '../fixtures/call.ts'
import { openExampleSite } from '../fixtures/example-site.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Site } from '../fixtures/open-site.ts'
import { openSite, respond } from '../fixtures/open-site.ts'
import { smallPdf } from '../fixtures/small-pdf.ts'

const server = openServer()
let site: Site

beforeAll(async () => {
  site = await openExampleSite()
})

beforeEach(() => site.forget())

afterAll(async () => {
  await server.close()
  await site.close()
})

describe('fetch', () => {
  it('returns the article of a page as Markdown, with the metadata of the page', async () => {
    expect(await callResult(server, 'fetch', { url: `${site.origin}/` })).toMatchObject({
      finalUrl: `${site.origin}/`,
      status: 200,
      redirects: [],
      contentType: 'text/html',
      title: 'Example Domain',
      language: 'en',
      content: expect.stringMatching(/^An example page|^# Example Domain/),
      truncated: false,
      fetchedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    })
  })

  it('returns the text of a PDF', async () => {
    const pdf = smallPdf(['Hello from page one', 'And from page two'], 'Two pages')
    const documents = await openSite({
      '/two-pages.pdf': respond(pdf, { 'content-type': 'application/pdf' }),
    })
    onTestFinished(() => documents.close())
    expect(
      await callResult(server, 'fetch', { url: `${documents.origin}/two-pages.pdf` }),
    ).toMatchObject({
      contentType: 'application/pdf',
      title: 'Two pages',
      content: 'Hello from page one\n\nAnd from page two',
    })
  })

  it('marks its result as untrusted', async () => {
    const response = await call(server, 'fetch', { url: `${site.origin}/` })
    expect(response.metadata).toMatchObject({ untrusted: true })
  })

  it('returns the content of error statuses as well', async () => {
    expect(await callResult(server, 'fetch', { url: `${site.origin}/missing` })).toMatchObject({
      status: 404,
      content: 'Not found.',
    })
  })

  it('reports the reason for an empty content', async () => {
    const params = { url: `${site.origin}/`, extract: { selector: '.nowhere' } }
    expect(await callResult(server, 'fetch', params)).toMatchObject({
      content: '',
      emptyReason: expect.any(String),
    })
  })

  it('reports that a response has no body', async () => {
    const response = await callResult(server, 'fetch', { url: `${site.origin}/`, method: 'HEAD' })
    expect(response).toMatchObject({ status: 200, content: '', emptyReason: expect.any(String) })
  })

  it('returns the links of each part with the part', async () => {
    const params = { url: `${site.origin}/`, format: 'links', extract: 'full' }
    const first = await callResult(server, 'fetch', { ...params, length: 5 })
    expect(first).toMatchObject({ links: [{ url: `${site.origin}/guide`, text: 'Guide' }] })
    const offset = Reflect.get(Object(first), 'nextOffset')
    expect(await callResult(server, 'fetch', { ...params, offset })).toMatchObject({
      links: [{ url: 'https://elsewhere.test/' }, { rel: 'next' }],
    })
  })

  it('returns the same without a session', async () => {
    const request = createRequest('internet-access', {
      url: `${site.origin}/`,
      operation: 'fetch',
      params: {},
    })
    const signal = new AbortController().signal
    const response = await server.process(request, {
      signal,
      deadline: Date.now() + 30_000,
      sessionId: undefined,
    })
    expect(response).toMatchObject({ status: 'success' })
  })
})

describe('fetchMany', () => {
  it('returns a result or an error for each URL', async () => {
    const urls = [`${site.origin}/`, 'http://127.0.0.1:1/', 'nonsense', `${site.origin}/private/`]
    expect(await callResult(server, 'fetchMany', { urls })).toMatchObject({
      results: [
        { url: urls[0], status: 'success', result: { title: 'Example Domain' } },
        { url: urls[1], status: 'error', error: { code: 'forbidden' } },
        { url: urls[2], status: 'error', error: { code: 'invalid-params' } },
        { url: urls[3], status: 'error', error: { details: { reason: 'robots-disallowed' } } },
      ],
    })
  })

  it('reports its progress', async () => {
    const events: unknown[] = []
    const urls = [`${site.origin}/`, `${site.origin}/guide`]
    await call(server, 'fetchMany', { urls }, { onEvent: ({ data }) => events.push(data) })
    expect(events).toMatchObject([
      { progress: 1, total: 2 },
      { progress: 2, total: 2 },
    ])
  })
})

describe('head', () => {
  it('requests the headers only', async () => {
    expect(await callResult(server, 'head', { url: `${site.origin}/data.json` })).toMatchObject({
      status: 200,
      contentType: 'application/json',
      headers: { 'content-type': 'application/json' },
    })
    expect(site.requests.at(-1)?.line).toBe('HEAD /data.json')
  })
})

describe('extract', () => {
  it('resolves links against baseUrl', async () => {
    const params = { html: '<p><a href="/b">to b</a></p>', extract: 'full' }
    expect(
      await callResult(server, 'extract', { ...params, baseUrl: 'https://example.com/a' }),
    ).toMatchObject({ content: '[to b](https://example.com/b)' })
    expect(await callResult(server, 'extract', params)).toMatchObject({
      content: expect.stringContaining('to b'),
    })
  })
})

describe('links', () => {
  it('lists each URL once, page by page, from one fetch', async () => {
    const url = `${site.origin}/`
    const first = await callResult(server, 'links', { url, limit: 1 })
    expect(first).toMatchObject({
      items: [{ url: `${site.origin}/guide`, text: 'Guide' }],
      nextCursor: `${site.origin}/guide`,
      finalUrl: url,
    })
    const cursor = Reflect.get(Object(first), 'nextCursor')
    site.forget()
    expect(await callResult(server, 'links', { url, limit: 1, cursor })).toMatchObject({
      items: [{ url: 'https://elsewhere.test/' }],
    })
    expect(site.requests).toEqual([])
  })

  it('lists a URL with the text of the first link that has one', async () => {
    const page = '<a href="/a"><img src="a.png"></a><a href="/a">Article</a><a href="/a">More</a>'
    const own = await openSite({ '/': respond(page) })
    onTestFinished(() => own.close())
    expect(await callResult(server, 'links', { url: `${own.origin}/` })).toMatchObject({
      items: [{ url: `${own.origin}/a`, text: 'Article' }],
    })
  })

  it('lists the links of the same site, or the links that match a query', async () => {
    const url = `${site.origin}/`
    expect(await callResult(server, 'links', { url, sameSite: true })).toMatchObject({
      items: [{ url: `${site.origin}/guide` }],
    })
    expect(await callResult(server, 'links', { url, query: 'ELSE' })).toMatchObject({
      items: [{ url: 'https://elsewhere.test/' }],
    })
  })
})

it('rejects calls after it is closed', async () => {
  const own = openServer()
  await callResult(own, 'cacheStats')
  await own.close()
  expect(await callResult(own, 'fetch', { url: site.origin })).toMatchObject({
    error: { code: 'unavailable' },
  })
})
