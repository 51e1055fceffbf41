import { afterAll, beforeAll, expect, it } from 'vitest'

import { callResult } from '../fixtures/call.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Site } from '../fixtures/open-site.ts'
import { respond, openSite, redirect } from '../fixtures/open-site.ts'

const server = openServer()
let site: Site
let other: Site

const text = { 'content-type': 'text/plain' }

beforeAll(async () => {
  other = await openSite({ '/end': respond('elsewhere', text) })
  site = await openSite(
    {
      '/start': redirect('/middle', 301),
      '/middle': redirect('end#part', 307),
      '/end': respond('arrived', text),
      '/loop': redirect('/loop-back'),
      '/loop-back': redirect('/loop'),
      '/away': redirect(`http://other.test:${other.port}/end`),
      '/away-307': redirect(`http://other.test:${other.port}/end`, 307),
      '/nowhere': redirect('http://[not an address'),
      '/form': redirect('/end', 303),
    },
    {
      otherwise(request, response) {
        const step = Number(/\/count\/(\d+)/.exec(request.url ?? '')?.[1] ?? Number.NaN)
        const page = Number.isNaN(step) ? respond('', text, 404) : redirect(`/count/${step + 1}`)
        page(request, response)
      },
    },
  )
})

afterAll(async () => {
  await server.close()
  await site.close()
  await other.close()
})

const fetchPage = (path: string, params: Record<string, unknown> = {}) =>
  callResult(server, 'fetch', { url: `${site.origin}${path}`, cache: 'no-store', ...params })

it('follows redirects and reports each of them', async () => {
  expect(await fetchPage('/start')).toMatchObject({
    content: 'arrived',
    status: 200,
    finalUrl: `${site.origin}/end`,
    redirects: [
      { status: 301, from: `${site.origin}/start`, to: `${site.origin}/middle` },
      { status: 307, from: `${site.origin}/middle`, to: `${site.origin}/end` },
    ],
  })
})

it('stops after five of a thousand redirects', async () => {
  site.forget()
  expect(await fetchPage('/count/1', { respectRobots: false })).toMatchObject({
    error: { code: 'upstream-error', details: { reason: 'too-many-redirects' } },
  })
  expect(site.requests).toHaveLength(6)
})

it('detects a redirect loop immediately', async () => {
  site.forget()
  expect(await fetchPage('/loop', { respectRobots: false })).toMatchObject({
    error: { code: 'upstream-error', details: { reason: 'redirect-loop' } },
  })
  expect(site.requests).toHaveLength(2)
})

it('drops credentials and other private headers on a redirect to another origin', async () => {
  other.forget()
  const headers = { Authorization: 'Bearer secret', 'X-Api-Key': 'secret', 'Accept-Language': 'de' }
  expect(await fetchPage('/away', { headers })).toMatchObject({ content: 'elsewhere' })
  const request = other.requests.find(({ line }) => line === 'GET /end')
  expect(request?.headers).toMatchObject({ 'accept-language': 'de' })
  expect(JSON.stringify(request?.headers)).not.toContain('secret')
})

it('keeps headers within an origin', async () => {
  site.forget()
  await fetchPage('/start', { headers: { authorization: 'Bearer secret' } })
  expect(site.requests.at(-1)).toMatchObject({
    line: 'GET /end',
    headers: { authorization: 'Bearer secret' },
  })
})

it('turns a POST into a GET without its body after 303', async () => {
  site.forget()
  const headers = { 'content-type': 'application/json' }
  expect(await fetchPage('/form', { method: 'POST', body: '{}', headers })).toMatchObject({
    content: 'arrived',
  })
  expect(site.requests.map(({ line }) => line)).toEqual(['POST /form', 'GET /end'])
  expect(site.requests.at(-1)?.headers).not.toHaveProperty('content-type')
})

it('does not send a body to another origin', async () => {
  other.forget()
  expect(await fetchPage('/away-307', { method: 'POST', body: 'x' })).toMatchObject({
    error: { code: 'upstream-error', details: { reason: 'cross-origin-redirect' } },
  })
  expect(other.requests).toEqual([])
})

it('reports a redirect to an invalid URL', async () => {
  expect(await fetchPage('/nowhere')).toMatchObject({
    error: { code: 'upstream-error', details: { reason: 'malformed-answer' } },
  })
})
