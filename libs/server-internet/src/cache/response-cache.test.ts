import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'

import { outcome } from '../fixtures/call.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Page, Site } from '../fixtures/open-site.ts'
import { answer, openSite, redirect } from '../fixtures/open-site.ts'

const server = openServer()
let site: Site

/** A text that says how often the page was asked for, under this `cache-control`. */
function counted(control: string, more: Readonly<Record<string, string>> = {}): Page {
  let times = 0
  return (request, response) => {
    times += 1
    const headers = { 'content-type': 'text/plain', 'cache-control': control, ...more }
    answer(`time ${times}`, headers)(request, response)
  }
}

const withEtag: Page = (request, response) => {
  const known = request.headers['if-none-match'] === '"v1"'
  const headers = { 'content-type': 'text/plain', 'cache-control': 'no-cache', etag: '"v1"' }
  answer(known ? '' : 'the first version', headers, known ? 304 : 200)(request, response)
}

const byLanguage: Page = (request, response) => {
  const headers = {
    'content-type': 'text/plain',
    'cache-control': 'max-age=60',
    vary: 'Accept-Language',
  }
  answer(`in ${request.headers['accept-language'] ?? 'any'}`, headers)(request, response)
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
    '/language': byLanguage,
    '/long': answer('0123456789'.repeat(1_000), {
      'content-type': 'text/plain',
      'cache-control': 'no-store',
    }),
    '/emoji': answer('😀'.repeat(10), { 'content-type': 'text/plain; charset=utf-8' }),
    '/notes': answer('0123456789'.repeat(10), { 'content-type': 'text/plain' }),
  })
})

beforeEach(async () => {
  await outcome(server, 'clearCache')
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
  return outcome(server, 'fetch', { url, respectRobots: false, ...params }, who)
}

const asked = () => site.requests.map(({ line }) => line)

it('uses an answer again while it is fresh, for everybody', async () => {
  expect(await fetchPage('/fresh')).toMatchObject({ content: 'time 1', cache: 'miss' })
  expect(await fetchPage('/fresh')).toMatchObject({ content: 'time 1', cache: 'hit' })
  expect(await fetchPage('/fresh', {}, bob)).toMatchObject({ content: 'time 1', cache: 'hit' })
  expect(asked()).toEqual(['GET /fresh'])
})

it('asks again once an answer is stale', async () => {
  await fetchPage('/stale')
  expect(await fetchPage('/stale')).toMatchObject({ content: 'time 2', cache: 'miss' })
})

it('asks whether an answer still holds where it has an etag', async () => {
  await fetchPage('/etag')
  expect(await fetchPage('/etag')).toMatchObject({
    content: 'the first version',
    status: 200,
    cache: 'revalidated',
  })
  expect(site.requests[1]?.headers).toMatchObject({ 'if-none-match': '"v1"' })
})

it('keeps nothing that a site does not want to be kept', async () => {
  await fetchPage('/no-store')
  expect(await fetchPage('/no-store')).toMatchObject({ content: 'time 2', cache: 'miss' })
})

it('gives a private answer to nobody but the one it was for', async () => {
  expect(await fetchPage('/private')).toMatchObject({ content: 'time 1' })
  expect(await fetchPage('/private')).toMatchObject({ content: 'time 1', cache: 'hit' })
  expect(await fetchPage('/private', {}, bob)).toMatchObject({ content: 'time 2', cache: 'miss' })
  expect(await fetchPage('/private', {}, { principal: '', sessionId: 'another' })).toMatchObject({
    content: 'time 3',
  })
})

it('shares no answer that sets a cookie', async () => {
  await fetchPage('/cookie')
  expect(await fetchPage('/cookie', {}, bob)).toMatchObject({ content: 'time 2' })
})

it('gives what was asked for with credentials to those credentials and that caller alone', async () => {
  const headers = { 'x-api-key': 'secret' }
  expect(await fetchPage('/authorized', { headers })).toMatchObject({ content: 'time 1' })
  expect(await fetchPage('/authorized', { headers })).toMatchObject({ content: 'time 1' })
  expect(await fetchPage('/authorized', { headers }, bob)).toMatchObject({ content: 'time 2' })
  expect(await fetchPage('/authorized')).toMatchObject({ content: 'time 3' })
})

it('heeds vary', async () => {
  const german = { headers: { 'accept-language': 'de' } }
  expect(await fetchPage('/language', german)).toMatchObject({ content: 'in de' })
  expect(await fetchPage('/language', german)).toMatchObject({ cache: 'hit' })
  expect(await fetchPage('/language')).toMatchObject({ content: 'in any', cache: 'miss' })
})

it('asks anew with reload and keeps that, and neither with no-store', async () => {
  await outcome(server, 'clearCache')
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

it('asks again after a POST, which may have changed what is there', async () => {
  const own = await openSite({ '/page': counted('max-age=60') })
  const read = (params: Record<string, unknown> = {}) =>
    outcome(server, 'fetch', { url: `${own.origin}/page`, respectRobots: false, ...params }, ann)
  await read()
  expect(await read()).toMatchObject({ content: 'time 1', cache: 'hit' })
  await read({ method: 'POST' })
  expect(await read()).toMatchObject({ content: 'time 3', cache: 'miss' })
  await own.close()
})

it('shares an answer no longer once the site calls it private', async () => {
  let control = 'max-age=0'
  const own = await openSite({
    '/page': (request, response) => {
      const headers = { 'content-type': 'text/plain', 'cache-control': control, etag: '"v1"' }
      const isKnown = request.headers['if-none-match'] === '"v1"'
      answer(isKnown ? '' : 'a page', headers, isKnown ? 304 : 200)(request, response)
    },
  })
  const read = (who: typeof ann) =>
    outcome(server, 'fetch', { url: `${own.origin}/page`, respectRobots: false }, who)
  await read(ann)
  control = 'private, max-age=60'
  expect(await read(ann)).toMatchObject({ cache: 'revalidated' })
  expect(await read(bob)).toMatchObject({ cache: 'miss' })
  await own.close()
})

it('does not take a shortened answer for a longer one', async () => {
  expect(await fetchPage('/fresh', { maxBytes: 4 })).toMatchObject({
    content: 'time',
    truncated: true,
  })
  expect(await fetchPage('/fresh', { maxBytes: 2 })).toMatchObject({ content: 'ti', cache: 'hit' })
  expect(await fetchPage('/fresh')).toMatchObject({ truncated: false, cache: 'miss' })
})

it('gives long content part by part without fetching it again', async () => {
  const first = await fetchPage('/long', { length: 4_000 })
  expect(first).toMatchObject({ totalLength: 10_000, nextOffset: 4_000 })
  const second = await fetchPage('/long', { length: 4_000, offset: 4_000 })
  const third = await fetchPage('/long', { length: 4_000, offset: 8_000 })
  const whole = [first, second, third].map((part) => String(Reflect.get(Object(part), 'content')))
  expect(whole.join('')).toBe('0123456789'.repeat(1_000))
  expect(third).not.toHaveProperty('nextOffset')
  expect(asked()).toEqual(['GET /long'])
})

it('keeps the parts of one caller from another', async () => {
  await fetchPage('/long', { length: 10 })
  await fetchPage('/long', { length: 10, offset: 10 }, bob)
  expect(asked()).toEqual(['GET /long', 'GET /long'])
})

it('cuts no character in two', async () => {
  expect(await fetchPage('/emoji', { length: 3 })).toMatchObject({ content: '😀', nextOffset: 2 })
  expect(await fetchPage('/emoji', { length: 1 })).toMatchObject({ content: '😀', nextOffset: 2 })
})

it('does not send a POST again for the next part', async () => {
  await fetchPage('/notes', { method: 'POST', body: 'x', length: 10 })
  const next = { method: 'POST', body: 'x', length: 10, offset: 10 }
  expect(await fetchPage('/notes', next)).toMatchObject({ content: '0123456789' })
  await outcome(server, 'clearCache')
  expect(await fetchPage('/notes', next)).toMatchObject({ error: { code: 'invalid-params' } })
  expect(asked()).toEqual(['POST /notes'])
})

it('forgets what was kept for a session when that closes', async () => {
  const session = { principal: undefined, sessionId: 'closing' }
  const url = `${site.origin}/private`
  await outcome(server, 'fetch', { url, respectRobots: false }, session)
  expect(await outcome(server, 'cacheStats')).toMatchObject({
    responses: { entries: 1 },
    contents: { entries: 1 },
  })
  await server.sessionClosed('closing')
  expect(await outcome(server, 'cacheStats')).toMatchObject({
    responses: { entries: 0 },
    contents: { entries: 0 },
  })
})

it('says how full it is, and forgets one site or all', async () => {
  await fetchPage('/fresh')
  expect(await outcome(server, 'cacheStats')).toMatchObject({
    responses: { entries: 1, hits: expect.any(Number) },
    contents: { entries: 1 },
  })
  expect(await outcome(server, 'clearCache', { url: 'https://example.com/' })).toEqual({
    cleared: 0,
  })
  expect(await outcome(server, 'clearCache', { url: `${site.origin}/x` })).toEqual({ cleared: 2 })
  expect(await outcome(server, 'cacheStats')).toMatchObject({ responses: { entries: 0, bytes: 0 } })
})

it('counts the headers of an answer and its address as what it takes', async () => {
  await fetchPage('/headers')
  expect(await outcome(server, 'cacheStats')).toMatchObject({
    responses: { entries: 1, bytes: expect.toSatisfy((bytes) => Number(bytes) > 80_000) },
  })
})

it('counts the redirects on the way as what a kept content takes', async () => {
  await fetchPage('/far')
  expect(await outcome(server, 'cacheStats')).toMatchObject({
    contents: { entries: 1, bytes: expect.toSatisfy((bytes) => Number(bytes) > 14_000) },
  })
})
