import { expectSteadyLoop } from '@mcp/testing'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'

import { callResult } from '../fixtures/call.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Page, Site } from '../fixtures/open-site.ts'
import { respond, openSite, redirect } from '../fixtures/open-site.ts'

const server = openServer()
let site: Site | undefined

const text = { 'content-type': 'text/plain' }

beforeEach(() => callResult(server, 'clearCache'))

afterEach(async () => {
  await site?.close()
  site = undefined
})

afterAll(() => server.close())

/** Opens a site with this robots.txt and returns its origin. */
async function siteWith(robots: Page, pages: Readonly<Record<string, Page>> = {}): Promise<string> {
  site = await openSite({ '/robots.txt': robots, ...pages }, { otherwise: respond('a page', text) })
  return site.origin
}

const fetchPage = (url: string, params: Record<string, unknown> = {}) =>
  callResult(server, 'fetch', { url, ...params })

const disallowed = { error: { code: 'forbidden', details: { reason: 'robots-disallowed' } } }

it('respects robots.txt by default and reads it once', async () => {
  const origin = await siteWith(respond('User-agent: *\nDisallow: /private', text))
  expect(await fetchPage(`${origin}/private/a`)).toMatchObject(disallowed)
  expect(await fetchPage(`${origin}/public`)).toMatchObject({ content: 'a page' })
  expect(await fetchPage(`${origin}/private/a`, { respectRobots: false })).toMatchObject({
    content: 'a page',
  })
  expect(site?.requests.map(({ line }) => line)).toEqual([
    'GET /robots.txt',
    'GET /public',
    'GET /private/a',
  ])
})

it('requests robots.txt with the user agent of the server, even for other robots', async () => {
  const origin = await siteWith(respond('User-agent: *\nDisallow: /private', text))
  const userAgent = 'broken\r\nname: x'
  expect(await callResult(server, 'checkRobots', { url: `${origin}/`, userAgent })).toMatchObject({
    allowed: true,
  })
  expect(site?.requests.at(-1)?.headers).toMatchObject({ 'user-agent': 'mcp-internet/0.1' })
})

it('reports the line of the rule', async () => {
  const origin = await siteWith(respond('User-agent: *\nDisallow: /private', text))
  expect(await fetchPage(`${origin}/private`)).toMatchObject({
    error: { message: expect.stringContaining('line 2'), retryable: false },
  })
})

it('prefers the rules for the name of the server', async () => {
  const rules = 'User-agent: *\nDisallow: /\n\nUser-agent: mcp-internet\nAllow: /'
  const origin = await siteWith(respond(rules, text))
  expect(await fetchPage(`${origin}/`)).toMatchObject({ content: 'a page' })
  expect(
    await callResult(server, 'checkRobots', { url: `${origin}/`, userAgent: 'otherbot/2.0' }),
  ).toMatchObject({ allowed: false, reason: 'disallowed-by-rule', line: 2 })
})

describe('if robots.txt is unavailable', () => {
  it.each([401, 403, 404, 410, 429])('status %i allows the URL', async (status) => {
    const origin = await siteWith(respond('', text, status))
    expect(await fetchPage(`${origin}/`)).toMatchObject({ content: 'a page' })
    expect(await callResult(server, 'checkRobots', { url: `${origin}/` })).toMatchObject({
      allowed: true,
      reason: 'no-robots-file',
    })
  })

  it.each([500, 502, 503])('status %i disallows the URL', async (status) => {
    const origin = await siteWith(respond('', text, status))
    expect(await fetchPage(`${origin}/`)).toMatchObject(disallowed)
    expect(await fetchPage(`${origin}/`)).toMatchObject({ error: { retryable: true } })
    // The failure is cached as well, so that a failing site does not receive a request for each
    // page.
    expect(site?.requests).toHaveLength(1)
  })

  it('an interrupted connection disallows the URL', async () => {
    const origin = await siteWith((request) => request.socket.destroy())
    expect(await fetchPage(`${origin}/`)).toMatchObject(disallowed)
  })

  it('no response within ten seconds disallows the URL', async () => {
    const origin = await siteWith(() => {})
    expect(await fetchPage(`${origin}/`)).toMatchObject(disallowed)
  }, 20_000)

  it('waiting for it ends with the timeout of the caller', async () => {
    const origin = await siteWith(() => {})
    expect(await fetchPage(`${origin}/`, { timeoutMs: 300 })).toMatchObject({
      error: { code: 'timeout' },
    })
  })

  it('an unreachable site is reported as such', async () => {
    const origin = await siteWith(respond('', text))
    await site?.close()
    expect(await fetchPage(`${origin}/`)).toMatchObject({
      error: { code: 'upstream-error', details: { reason: 'connection-failed' } },
    })
  })
})

it('follows redirects of robots.txt', async () => {
  const origin = await siteWith(redirect('/moved.txt'), {
    '/moved.txt': respond('User-agent: *\nDisallow: /', text),
  })
  expect(await fetchPage(`${origin}/`)).toMatchObject(disallowed)
})

it('reports a robots.txt that redirects to a blocked host as unavailable, and not the page as blocked', async () => {
  const origin = await siteWith(redirect('http://10.0.0.1/robots.txt'))
  const unavailable = { reason: 'robots-disallowed', robots: 'robots-unavailable' }
  expect(await fetchPage(`${origin}/`)).toMatchObject({
    error: { code: 'forbidden', details: unavailable },
  })
  expect(await callResult(server, 'checkRobots', { url: `${origin}/` })).toMatchObject({
    allowed: false,
    reason: 'robots-unavailable',
  })
})

it('checks robots.txt of the target on a redirect to another site', async () => {
  const strict = await openSite({ '/robots.txt': respond('User-agent: *\nDisallow: /', text) })
  const origin = await siteWith(respond('', text, 404), {
    '/away': redirect(`${strict.origin}/page`),
  })
  expect(await fetchPage(`${origin}/away`)).toMatchObject(disallowed)
  expect(strict.requests.map(({ line }) => line)).toEqual(['GET /robots.txt'])
  await strict.close()
})

it('is not checked for other methods, such as POST', async () => {
  const origin = await siteWith(respond('User-agent: *\nDisallow: /', text))
  expect(await fetchPage(`${origin}/`, { method: 'POST' })).toMatchObject({ content: 'a page' })
})

it('reports delay and sitemaps', async () => {
  const rules = 'User-agent: *\nCrawl-delay: 2.5\n\nSitemap: https://example.com/sitemap.xml'
  const origin = await siteWith(respond(rules, text))
  expect(await callResult(server, 'checkRobots', { url: `${origin}/a` })).toEqual({
    allowed: true,
    reason: 'allowed-by-rule',
    robotsUrl: `${origin}/robots.txt`,
    userAgent: 'mcp-internet/0.1',
    crawlDelaySeconds: 2.5,
    sitemaps: ['https://example.com/sitemap.xml'],
  })
})

it.each(['checkRobots', 'sitemap'])(
  '%s refuses an address that is not of the web',
  async (name) => {
    for (const url of ['mailto:ann@example.com', 'data:text/html,x', 'blob:http://a.test/b']) {
      expect(await callResult(server, name, { url })).toMatchObject({
        error: {
          code: 'forbidden',
          message: expect.stringContaining('Unsupported URL scheme'),
          details: { reason: 'ssrf-blocked' },
        },
      })
    }
  },
)

describe('a pathological robots.txt does not block the event loop', () => {
  it('if it is small, with agents times rules', async () => {
    const rules = 'User-agent:a\n'.repeat(310) + 'Allow:/\n'.repeat(510)
    const origin = await siteWith(respond(rules, text))
    await expectSteadyLoop(async () => {
      const response = await callResult(server, 'checkRobots', {
        url: `${origin}/`,
        userAgent: 'a',
      })
      expect(response).toMatchObject({ allowed: true, line: 311 })
    })
  })

  it.each([
    ['patterns of stars', `User-agent: *\n${`Disallow: /${'*a'.repeat(2_000)}b\n`.repeat(100)}`],
    ['agents times rules', 'User-agent: a\n'.repeat(20_000) + 'Disallow: /x\n'.repeat(15_000)],
    ['more than half a megabyte', 'User-agent: *\nDisallow: /nothing\n'.repeat(50_000)],
  ])(
    '%s',
    async (_name, rules) => {
      const origin = await siteWith(respond(rules, text))
      const url = `${origin}/${'a'.repeat(4_000)}`
      await expectSteadyLoop(async () => {
        const response = await callResult(server, 'checkRobots', { url, timeoutMs: 30_000 })
        expect(response).toHaveProperty('allowed')
      })
    },
    60_000,
  )
})
