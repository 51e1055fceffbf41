import { createRequest } from '@mcp/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { call, outcome } from '../fixtures/call.ts'
import { openExampleSite } from '../fixtures/example-site.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Site } from '../fixtures/open-site.ts'

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
  it('gives the article of a page as Markdown, with what the page says of itself', async () => {
    expect(await outcome(server, 'fetch', { url: `${site.origin}/` })).toMatchObject({
      finalUrl: `${site.origin}/`,
      status: 200,
      redirects: [],
      contentType: 'text/html',
      title: 'Example Domain',
      language: 'en',
      content: expect.stringMatching(/^A page for|^# Example Domain/),
      truncated: false,
      fetchedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    })
  })

  it('marks what it gives as untrusted', async () => {
    const response = await call(server, 'fetch', { url: `${site.origin}/` })
    expect(response.metadata).toMatchObject({ untrusted: true })
  })

  it('takes a status that is no success for an answer as well', async () => {
    expect(await outcome(server, 'fetch', { url: `${site.origin}/missing` })).toMatchObject({
      status: 404,
      content: 'There is nothing here.',
    })
  })

  it('says why there is nothing in it when nothing is found', async () => {
    const params = { url: `${site.origin}/`, extract: { selector: '.nowhere' } }
    expect(await outcome(server, 'fetch', params)).toMatchObject({
      content: '',
      emptyReason: expect.any(String),
    })
  })

  it('says of an answer without a body that it has none', async () => {
    const answered = await outcome(server, 'fetch', { url: `${site.origin}/`, method: 'HEAD' })
    expect(answered).toMatchObject({ status: 200, content: '', emptyReason: expect.any(String) })
  })

  it('gives the links of each part with the part', async () => {
    const params = { url: `${site.origin}/`, format: 'links', extract: 'full' }
    const first = await outcome(server, 'fetch', { ...params, length: 5 })
    expect(first).toMatchObject({ links: [{ url: `${site.origin}/guide`, text: 'Guide' }] })
    const offset = Reflect.get(Object(first), 'nextOffset')
    expect(await outcome(server, 'fetch', { ...params, offset })).toMatchObject({
      links: [{ url: 'https://elsewhere.test/' }, { rel: 'next' }],
    })
  })

  it('gives the same without a session', async () => {
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
  it('answers each address on its own', async () => {
    const urls = [`${site.origin}/`, 'http://127.0.0.1:1/', 'nonsense', `${site.origin}/private/`]
    expect(await outcome(server, 'fetchMany', { urls })).toMatchObject({
      results: [
        { url: urls[0], status: 'success', result: { title: 'Example Domain' } },
        { url: urls[1], status: 'error', error: { code: 'forbidden' } },
        { url: urls[2], status: 'error', error: { code: 'invalid-params' } },
        { url: urls[3], status: 'error', error: { details: { reason: 'robots-disallowed' } } },
      ],
    })
  })

  it('tells how far it is', async () => {
    const heard: unknown[] = []
    const urls = [`${site.origin}/`, `${site.origin}/guide`]
    await call(server, 'fetchMany', { urls }, { onEvent: ({ data }) => heard.push(data) })
    expect(heard).toMatchObject([
      { progress: 1, total: 2 },
      { progress: 2, total: 2 },
    ])
  })
})

describe('head', () => {
  it('asks for the headers alone', async () => {
    expect(await outcome(server, 'head', { url: `${site.origin}/data.json` })).toMatchObject({
      status: 200,
      contentType: 'application/json',
      headers: { 'content-type': 'application/json' },
    })
    expect(site.requests.at(-1)?.line).toBe('HEAD /data.json')
  })
})

describe('extract', () => {
  it('resolves links where it is told where the HTML is from', async () => {
    const params = { html: '<p><a href="/b">to b</a></p>', extract: 'full' }
    expect(
      await outcome(server, 'extract', { ...params, baseUrl: 'https://example.com/a' }),
    ).toMatchObject({ content: '[to b](https://example.com/b)' })
    expect(await outcome(server, 'extract', params)).toMatchObject({
      content: expect.stringContaining('to b'),
    })
  })
})

describe('links', () => {
  it('lists each address once, page by page, from one fetch', async () => {
    const url = `${site.origin}/`
    const first = await outcome(server, 'links', { url, limit: 1 })
    expect(first).toMatchObject({
      items: [{ url: `${site.origin}/guide`, text: 'Guide' }],
      nextCursor: `${site.origin}/guide`,
      finalUrl: url,
    })
    const cursor = Reflect.get(Object(first), 'nextCursor')
    site.forget()
    expect(await outcome(server, 'links', { url, limit: 1, cursor })).toMatchObject({
      items: [{ url: 'https://elsewhere.test/' }],
    })
    expect(site.requests).toEqual([])
  })

  it('lists those of the same site, or those that a query finds', async () => {
    const url = `${site.origin}/`
    expect(await outcome(server, 'links', { url, sameSite: true })).toMatchObject({
      items: [{ url: `${site.origin}/guide` }],
    })
    expect(await outcome(server, 'links', { url, query: 'ELSE' })).toMatchObject({
      items: [{ url: 'https://elsewhere.test/' }],
    })
  })
})

it('answers nothing more once it is closed', async () => {
  const own = openServer()
  await outcome(own, 'cacheStats')
  await own.close()
  expect(await outcome(own, 'fetch', { url: site.origin })).toMatchObject({
    error: { code: 'unavailable' },
  })
})
