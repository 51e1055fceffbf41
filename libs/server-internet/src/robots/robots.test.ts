import { expectSteadyLoop } from '@mcp/testing'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'

import { outcome } from '../fixtures/call.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Page, Site } from '../fixtures/open-site.ts'
import { answer, openSite, redirect } from '../fixtures/open-site.ts'

const server = openServer()
let site: Site | undefined

const text = { 'content-type': 'text/plain' }

beforeEach(() => outcome(server, 'clearCache'))

afterEach(async () => {
  await site?.close()
  site = undefined
})

afterAll(() => server.close())

/** Opens a site with that robots.txt, and gives its address. */
async function siteWith(robots: Page, pages: Readonly<Record<string, Page>> = {}): Promise<string> {
  site = await openSite({ '/robots.txt': robots, ...pages }, { otherwise: answer('a page', text) })
  return site.origin
}

const fetchPage = (url: string, params: Record<string, unknown> = {}) =>
  outcome(server, 'fetch', { url, ...params })

const disallowed = { error: { code: 'forbidden', details: { reason: 'robots-disallowed' } } }

it('keeps to robots.txt unless told otherwise, and reads it once', async () => {
  const origin = await siteWith(answer('User-agent: *\nDisallow: /private', text))
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

it('asks for the file by its own name, whatever robot somebody asks about', async () => {
  const origin = await siteWith(answer('User-agent: *\nDisallow: /private', text))
  const userAgent = 'broken\r\nname: x'
  expect(await outcome(server, 'checkRobots', { url: `${origin}/`, userAgent })).toMatchObject({
    allowed: true,
  })
  expect(site?.requests.at(-1)?.headers).toMatchObject({ 'user-agent': 'mcp-internet/0.1' })
})

it('names the line that forbids', async () => {
  const origin = await siteWith(answer('User-agent: *\nDisallow: /private', text))
  expect(await fetchPage(`${origin}/private`)).toMatchObject({
    error: { message: expect.stringContaining('line 2'), retryable: false },
  })
})

it('follows the rules for its own name before those for all', async () => {
  const rules = 'User-agent: *\nDisallow: /\n\nUser-agent: mcp-internet\nAllow: /'
  const origin = await siteWith(answer(rules, text))
  expect(await fetchPage(`${origin}/`)).toMatchObject({ content: 'a page' })
  expect(
    await outcome(server, 'checkRobots', { url: `${origin}/`, userAgent: 'otherbot/2.0' }),
  ).toMatchObject({ allowed: false, reason: 'disallowed-by-rule', line: 2 })
})

describe('where robots.txt is not to be had', () => {
  it.each([401, 403, 404, 410, 429])('%i means yes', async (status) => {
    const origin = await siteWith(answer('', text, status))
    expect(await fetchPage(`${origin}/`)).toMatchObject({ content: 'a page' })
    expect(await outcome(server, 'checkRobots', { url: `${origin}/` })).toMatchObject({
      allowed: true,
      reason: 'no-robots-file',
    })
  })

  it.each([500, 502, 503])('%i means no', async (status) => {
    const origin = await siteWith(answer('', text, status))
    expect(await fetchPage(`${origin}/`)).toMatchObject(disallowed)
    expect(await fetchPage(`${origin}/`)).toMatchObject({ error: { retryable: true } })
    // Remembered as well, so that a site in trouble is not asked again for each page.
    expect(site?.requests).toHaveLength(1)
  })

  it('a connection that breaks off means no', async () => {
    const origin = await siteWith((request) => request.socket.destroy())
    expect(await fetchPage(`${origin}/`)).toMatchObject(disallowed)
  })

  it('silence means no, after ten seconds', async () => {
    const origin = await siteWith(() => {})
    expect(await fetchPage(`${origin}/`)).toMatchObject(disallowed)
  }, 20_000)

  it('silence takes no longer than the caller waits', async () => {
    const origin = await siteWith(() => {})
    expect(await fetchPage(`${origin}/`, { timeoutMs: 300 })).toMatchObject({
      error: { code: 'timeout' },
    })
  })

  it('a site that is not there at all is told as such', async () => {
    const origin = await siteWith(answer('', text))
    await site?.close()
    expect(await fetchPage(`${origin}/`)).toMatchObject({
      error: { code: 'upstream-error', details: { reason: 'connection-failed' } },
    })
  })
})

it('follows a robots.txt that moved', async () => {
  const origin = await siteWith(redirect('/moved.txt'), {
    '/moved.txt': answer('User-agent: *\nDisallow: /', text),
  })
  expect(await fetchPage(`${origin}/`)).toMatchObject(disallowed)
})

it('asks robots.txt again where a redirect leads to another site', async () => {
  const strict = await openSite({ '/robots.txt': answer('User-agent: *\nDisallow: /', text) })
  const origin = await siteWith(answer('', text, 404), {
    '/away': redirect(`${strict.origin}/page`),
  })
  expect(await fetchPage(`${origin}/away`)).toMatchObject(disallowed)
  expect(strict.requests.map(({ line }) => line)).toEqual(['GET /robots.txt'])
  await strict.close()
})

it('does not ask it for what is no visit, such as a POST', async () => {
  const origin = await siteWith(answer('User-agent: *\nDisallow: /', text))
  expect(await fetchPage(`${origin}/`, { method: 'POST' })).toMatchObject({ content: 'a page' })
})

it('tells delay and sitemaps', async () => {
  const rules = 'User-agent: *\nCrawl-delay: 2.5\n\nSitemap: https://example.com/sitemap.xml'
  const origin = await siteWith(answer(rules, text))
  expect(await outcome(server, 'checkRobots', { url: `${origin}/a` })).toEqual({
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
      expect(await outcome(server, name, { url })).toMatchObject({
        error: {
          code: 'forbidden',
          message: expect.stringContaining('is no scheme of the web'),
          details: { reason: 'ssrf-blocked' },
        },
      })
    }
  },
)

describe('a robots.txt made to take long holds nothing up', () => {
  it('a small one, with agents times rules', async () => {
    const rules = 'User-agent:a\n'.repeat(310) + 'Allow:/\n'.repeat(510)
    const origin = await siteWith(answer(rules, text))
    await expectSteadyLoop(async () => {
      const answered = await outcome(server, 'checkRobots', { url: `${origin}/`, userAgent: 'a' })
      expect(answered).toMatchObject({ allowed: true, line: 311 })
    })
  })

  it.each([
    ['patterns of stars', `User-agent: *\n${`Disallow: /${'*a'.repeat(2_000)}b\n`.repeat(100)}`],
    ['agents times rules', 'User-agent: a\n'.repeat(20_000) + 'Disallow: /x\n'.repeat(15_000)],
    ['more than half a megabyte', 'User-agent: *\nDisallow: /nothing\n'.repeat(50_000)],
  ])(
    '%s',
    async (_name, rules) => {
      const origin = await siteWith(answer(rules, text))
      const url = `${origin}/${'a'.repeat(4_000)}`
      await expectSteadyLoop(async () => {
        const answered = await outcome(server, 'checkRobots', { url, timeoutMs: 30_000 })
        expect(answered).toHaveProperty('allowed')
      })
    },
    60_000,
  )
})
