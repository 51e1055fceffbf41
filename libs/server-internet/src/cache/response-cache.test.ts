import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'

import { callResult } from '../fixtures/call.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Page, Site } from '../fixtures/open-site.ts'
import { respond, openSite, redirect } from '../fixtures/open-site.ts'

const server = openServer()
let site: Site

/** Creates a page that responds with the number of requests it received, with this `cache-control`. */
function counted(control: string, more: Readonly<Record<string, string>> = {}): Page {
  let times = 0
  return (request, response) => {
    times += 1
    const headers = { 'content-type': 'text/plain', 'cache-control': control, ...more }
    respond(`time ${times}`, headers)(request, response)
  }
}

const withEtag: Page = (request, response) => {
  const known = request.headers['if-none-match'] === '"v1"'
  const headers = { 'content-type': 'text/plain', 'cache-control': 'no-cache', etag: '"v1"' }
  respond(known ? '' : 'the first version', headers, known ? 304 : 200)(request, response)
}

/** Responds to a conditional request with 304 and the validators of another version. */
function confirmsAnother(validators: Readonly<Record<string, string>>): Page {
  let times = 0
  return (request, response) => {
    const { 'if-none-match': etag, 'if-modified-since': since } = request.headers
    const isConditional = (etag ?? since) !== undefined
    if (!isConditional) times += 1
    const headers = {
      'content-type': 'text/plain',
      'cache-control': 'no-cache',
      ...(isConditional ? validators : { etag: '"v1"', 'last-modified': lastModified }),
    }
    respond(
      isConditional ? '' : `time ${times}`,
      headers,
      isConditional ? 304 : 200,
    )(request, response)
  }
}

const lastModified = 'Sat, 01 Mar 2025 00:00:00 GMT'

const byLanguage: Page = (request, response) => {
  const headers = {
    'content-type': 'text/plain',
    'cache-control': 'max-age=60',
    vary: 'Accept-Language',
  }
  respond(`in ${request.headers['accept-language'] ?? 'any'}`, headers)(request, response)
}

beforeAll(async () => {
  site = await openSite({
    '/fresh': counted('max-age=60'),
    '/stale': counted('max-age=0'),
    '/no-store': counted('no-store'),
    '/private': counted('Private, max-age=60'),
    '/headers': counted('max-age=60', { 'content-security-policy': 'x'.repeat(40_000) }),
    '/far': redirect(`/fresh?${'x'.repeat(7_000)}`),
    '/cookie': counted('max-age=60', { 'set-cookie': 'visitor=1' }),
    '/authorized': counted('max-age=60'),
    '/etag': withEtag,
    '/other-etag': confirmsAnother({ etag: '"v2"' }),
    '/other-weak-etag': confirmsAnother({ etag: 'W/"v2"' }),
    '/other-date': confirmsAnother({ 'last-modified': 'Sun, 02 Mar 2025 00:00:00 GMT' }),
    '/no-validator': confirmsAnother({}),
    '/language': byLanguage,
    '/long': respond('0123456789'.repeat(1_000), {
      'content-type': 'text/plain',
      'cache-control': 'no-store',
    }),
    '/emoji': respond('😀'.repeat(10), { 'content-type': 'text/plain; charset=utf-8' }),
    '/notes': respond('0123456789'.repeat(10), { 'content-type': 'text/plain' }),
  })
})

beforeEach(async () => {
  await callResult(server, 'clearCache')
  site.forget()
})

afterAll(async () => {
  await server.close()
  await site.close()
})

const ann = { principal: 'ann', sessionId: 'session-of-ann' }
const bob = { principal: 'bob', sessionId: 'session-of-bob' }

function fetchPage(path: string, params: Record<string, unknown> = {}, who = ann) {
  const url = `${site.origin}${path}`
  return callResult(server, 'fetch', { url, respectRobots: false, ...params }, who)
}

const requestLines = () => site.requests.map(({ line }) => line)

it('reuses a fresh response for every caller', async () => {
  expect(await fetchPage('/fresh')).toMatchObject({ content: 'time 1', cache: 'miss' })
  expect(await fetchPage('/fresh')).toMatchObject({ content: 'time 1', cache: 'hit' })
  expect(await fetchPage('/fresh', {}, bob)).toMatchObject({ content: 'time 1', cache: 'hit' })
  expect(requestLines()).toEqual(['GET /fresh'])
})

it('sends a new request when a response is stale', async () => {
  await fetchPage('/stale')
  expect(await fetchPage('/stale')).toMatchObject({ content: 'time 2', cache: 'miss' })
})

it('revalidates a response with an ETag', async () => {
  await fetchPage('/etag')
  expect(await fetchPage('/etag')).toMatchObject({
    content: 'the first version',
    status: 200,
    cache: 'revalidated',
  })
  expect(site.requests[1]?.headers).toMatchObject({ 'if-none-match': '"v1"' })
})

it.each(['/other-etag', '/other-weak-etag', '/other-date'])(
  'fetches the current version if a 304 response confirms another one: %s',
  async (path) => {
    await fetchPage(path)
    expect(await fetchPage(path)).toMatchObject({ content: 'time 2', cache: 'miss' })
    expect(requestLines()).toHaveLength(3)
  },
)

it('keeps the validators of a response after a 304 response without validators', async () => {
  for (let time = 0; time < 2; time++) await fetchPage('/no-validator')
  expect(await fetchPage('/no-validator')).toMatchObject({
    content: 'time 1',
    cache: 'revalidated',
  })
  expect(site.requests[2]?.headers).toMatchObject({ 'if-none-match': '"v1"' })
})

it('does not store responses that the site excludes from caching', async () => {
  await fetchPage('/no-store')
  expect(await fetchPage('/no-store')).toMatchObject({ content: 'time 2', cache: 'miss' })
})

it('returns a private response only to the caller that fetched it', async () => {
  expect(await fetchPage('/private')).toMatchObject({ content: 'time 1' })
  expect(await fetchPage('/private')).toMatchObject({ content: 'time 1', cache: 'hit' })
  expect(await fetchPage('/private', {}, bob)).toMatchObject({ content: 'time 2', cache: 'miss' })
  expect(await fetchPage('/private', {}, { principal: '', sessionId: 'another' })).toMatchObject({
    content: 'time 3',
  })
})

it('does not share a response that sets a cookie', async () => {
  await fetchPage('/cookie')
  expect(await fetchPage('/cookie', {}, bob)).toMatchObject({ content: 'time 2' })
})

it('returns a response to a request with credentials only for the same credentials and caller', async () => {
  const headers = { 'x-api-key': 'secret' }
  expect(await fetchPage('/authorized', { headers })).toMatchObject({ content: 'time 1' })
  expect(await fetchPage('/authorized', { headers })).toMatchObject({ content: 'time 1' })
  expect(await fetchPage('/authorized', { headers }, bob)).toMatchObject({ content: 'time 2' })
  expect(await fetchPage('/authorized')).toMatchObject({ content: 'time 3' })
})

it('respects Vary', async () => {
  const german = { headers: { 'accept-language': 'de' } }
  expect(await fetchPage('/language', german)).toMatchObject({ content: 'in de' })
  expect(await fetchPage('/language', german)).toMatchObject({ cache: 'hit' })
  expect(await fetchPage('/language')).toMatchObject({ content: 'in any', cache: 'miss' })
})

it('stores the new response with reload, and neither reads nor stores with no-store', async () => {
  await callResult(server, 'clearCache')
  const first = await fetchPage('/fresh')
  const second = await fetchPage('/fresh', { cache: 'reload' })
  expect(second).toMatchObject({ cache: 'miss' })
  expect(second).not.toMatchObject({ content: Reflect.get(Object(first), 'content') })
  expect(await fetchPage('/fresh')).toMatchObject({
    cache: 'hit',
    content: Reflect.get(Object(second), 'content'),
  })
  expect(await fetchPage('/fresh', { cache: 'no-store' })).toMatchObject({ cache: 'bypass' })
})

it('invalidates a response after a POST to its URL', async () => {
  const own = await openSite({ '/page': counted('max-age=60') })
  const read = (params: Record<string, unknown> = {}) =>
    callResult(server, 'fetch', { url: `${own.origin}/page`, respectRobots: false, ...params }, ann)
  await read()
  expect(await read()).toMatchObject({ content: 'time 1', cache: 'hit' })
  await read({ method: 'POST' })
  expect(await read()).toMatchObject({ content: 'time 3', cache: 'miss' })
  await own.close()
})

it('stops sharing a response when revalidation makes it private', async () => {
  let control = 'max-age=0'
  const own = await openSite({
    '/page': (request, response) => {
      const headers = { 'content-type': 'text/plain', 'cache-control': control, etag: '"v1"' }
      const isKnown = request.headers['if-none-match'] === '"v1"'
      respond(isKnown ? '' : 'a page', headers, isKnown ? 304 : 200)(request, response)
    },
  })
  const read = (who: typeof ann) =>
    callResult(server, 'fetch', { url: `${own.origin}/page`, respectRobots: false }, who)
  await read(ann)
  control = 'private, max-age=60'
  expect(await read(ann)).toMatchObject({ cache: 'revalidated' })
  expect(await read(bob)).toMatchObject({ cache: 'miss' })
  await own.close()
})

it('replaces a private response when a new one is public', async () => {
  let control = 'private, max-age=60'
  let times = 0
  const own = await openSite({
    '/page': (request, response) => {
      times += 1
      const headers = { 'content-type': 'text/plain', 'cache-control': control }
      respond(`time ${times}`, headers)(request, response)
    },
  })
  const read = (cache = 'default') =>
    callResult(server, 'fetch', { url: `${own.origin}/page`, respectRobots: false, cache }, ann)
  await read()
  control = 'max-age=60'
  expect(await read('reload')).toMatchObject({ content: 'time 2' })
  expect(await read()).toMatchObject({ content: 'time 2', cache: 'hit' })
  await own.close()
})

it('does not use a truncated response for a larger maximum', async () => {
  expect(await fetchPage('/fresh', { maxBytes: 4 })).toMatchObject({
    content: 'time',
    truncated: true,
  })
  expect(await fetchPage('/fresh', { maxBytes: 2 })).toMatchObject({ content: 'ti', cache: 'hit' })
  expect(await fetchPage('/fresh')).toMatchObject({ truncated: false, cache: 'miss' })
})

it('returns long content in parts without fetching it again', async () => {
  const first = await fetchPage('/long', { length: 4_000 })
  expect(first).toMatchObject({ totalLength: 10_000, nextOffset: 4_000 })
  const second = await fetchPage('/long', { length: 4_000, offset: 4_000 })
  const third = await fetchPage('/long', { length: 4_000, offset: 8_000 })
  const whole = [first, second, third].map((part) => String(Reflect.get(Object(part), 'content')))
  expect(whole.join('')).toBe('0123456789'.repeat(1_000))
  expect(third).not.toHaveProperty('nextOffset')
  expect(requestLines()).toEqual(['GET /long'])
})

it('does not use the parts of another caller', async () => {
  await fetchPage('/long', { length: 10 })
  await fetchPage('/long', { length: 10, offset: 10 }, bob)
  expect(requestLines()).toEqual(['GET /long', 'GET /long'])
})

it('does not split a character', async () => {
  expect(await fetchPage('/emoji', { length: 3 })).toMatchObject({ content: '😀', nextOffset: 2 })
  expect(await fetchPage('/emoji', { length: 1 })).toMatchObject({ content: '😀', nextOffset: 2 })
})

it('does not repeat a POST for the next part', async () => {
  await fetchPage('/notes', { method: 'POST', body: 'x', length: 10 })
  const next = { method: 'POST', body: 'x', length: 10, offset: 10 }
  expect(await fetchPage('/notes', next)).toMatchObject({ content: '0123456789' })
  await callResult(server, 'clearCache')
  expect(await fetchPage('/notes', next)).toMatchObject({ error: { code: 'invalid-params' } })
  expect(requestLines()).toEqual(['POST /notes'])
})

it('clears the entries of a session when it closes', async () => {
  const session = { principal: undefined, sessionId: 'closing' }
  const url = `${site.origin}/private`
  await callResult(server, 'fetch', { url, respectRobots: false }, session)
  expect(await callResult(server, 'cacheStats')).toMatchObject({
    responses: { entries: 1 },
    contents: { entries: 1 },
  })
  await server.sessionClosed('closing')
  expect(await callResult(server, 'cacheStats')).toMatchObject({
    responses: { entries: 0 },
    contents: { entries: 0 },
  })
})

it('reports its size, and clears one site or all', async () => {
  await fetchPage('/fresh')
  expect(await callResult(server, 'cacheStats')).toMatchObject({
    responses: { entries: 1, hits: expect.any(Number) },
    contents: { entries: 1 },
  })
  expect(await callResult(server, 'clearCache', { url: 'https://example.com/' })).toEqual({
    cleared: 0,
  })
  expect(await callResult(server, 'clearCache', { url: `${site.origin}/x` })).toEqual({
    cleared: 2,
  })
  expect(await callResult(server, 'cacheStats')).toMatchObject({
    responses: { entries: 0, bytes: 0 },
  })
})

it('includes headers and URL in the size of a response', async () => {
  await fetchPage('/headers')
  expect(await callResult(server, 'cacheStats')).toMatchObject({
    responses: { entries: 1, bytes: expect.toSatisfy((bytes) => Number(bytes) > 80_000) },
  })
})

it('includes redirects in the size of a content', async () => {
  await fetchPage('/far')
  expect(await callResult(server, 'cacheStats')).toMatchObject({
    contents: { entries: 1, bytes: expect.toSatisfy((bytes) => Number(bytes) > 14_000) },
  })
})

it('lets an authenticated caller clear only its own entries', async () => {
  await fetchPage('/fresh')
  await fetchPage('/private')
  await fetchPage('/private', {}, bob)
  expect(await callResult(server, 'clearCache', {}, bob)).toMatchObject({ cleared: 2 })
  expect(await fetchPage('/fresh')).toMatchObject({ cache: 'hit' })
  expect(await fetchPage('/private')).toMatchObject({ cache: 'hit' })
  expect(await fetchPage('/private', {}, bob)).toMatchObject({ cache: 'miss' })
  expect(await callResult(server, 'clearCache', { url: site.origin }, bob)).toMatchObject({
    cleared: 2,
  })
  expect(await callResult(server, 'cacheStats', {}, bob)).toMatchObject({
    error: { code: 'forbidden' },
  })
})
