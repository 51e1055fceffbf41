import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { outcome } from '../fixtures/call.ts'
import type { Proxy } from '../fixtures/open-proxy.ts'
import { openProxy } from '../fixtures/open-proxy.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Site } from '../fixtures/open-site.ts'
import { answer, openSite } from '../fixtures/open-site.ts'
import type { InternetServerOptions } from '../internet-server.ts'

const text = { 'content-type': 'text/plain' }
const caFile = fileURLToPath(new URL('../fixtures/secure-site.pem', import.meta.url))
const pem = readFileSync(caFile)
const secure = createServer({ cert: pem, key: pem }, ({ url }, response) => {
  if (url === '/down') response.writeHead(302, { location: 'http://plain.test/' }).end()
  else response.writeHead(200, text).end('over TLS')
})

let site: Site
let proxy: Proxy
let secureProxy: Proxy
let securePort: number

beforeAll(async () => {
  site = await openSite({}, { otherwise: answer('by way of http', text) })
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
  const address = secure.address()
  securePort = typeof address === 'object' && address !== null ? address.port : 0
  proxy = await openProxy(site.port)
  secureProxy = await openProxy(securePort)
})

afterAll(async () => {
  await Promise.all([site.close(), proxy.close(), secureProxy.close()])
  secure.closeAllConnections()
  await new Promise((resolve) => secure.close(resolve))
})

/** What fetching an address gives, from a server with these options that lives for that one call. */
async function fetchWith(options: InternetServerOptions, url: string): Promise<unknown> {
  const server = openServer(options)
  try {
    return await outcome(server, 'fetch', { url, respectRobots: false })
  } finally {
    await server.close()
  }
}

describe('over TLS', () => {
  it('trusts a certificate of the file it is given, under the name it was made for', async () => {
    const url = `https://secure.test:${securePort}/`
    expect(await fetchWith({ caFile }, url)).toMatchObject({ content: 'over TLS' })
  })

  it('does not follow a redirect from https to http, and names where it leads', async () => {
    const url = `https://secure.test:${securePort}/down`
    expect(await fetchWith({ caFile }, url)).toMatchObject({
      error: {
        code: 'upstream-error',
        message: expect.stringContaining('http://plain.test/'),
        details: { reason: 'https-downgrade' },
      },
    })
  })

  it('trusts no certificate of strangers', async () => {
    expect(await fetchWith({}, `https://secure.test:${securePort}/`)).toMatchObject({
      error: { code: 'upstream-error', details: { reason: 'tls' } },
    })
  })

  it('trusts no certificate under another name', async () => {
    expect(await fetchWith({ caFile }, `https://other.test:${securePort}/`)).toMatchObject({
      error: { code: 'upstream-error', details: { reason: 'tls' } },
    })
  })

  it('says which setting is wrong when the file is not there', async () => {
    const answered = await fetchWith(
      { caFile: '/nowhere/ca.pem' },
      `https://secure.test:${securePort}/`,
    )
    expect(answered).toMatchObject({
      error: { code: 'unavailable', message: expect.stringContaining('INTERNET_CA_FILE') },
    })
    expect(JSON.stringify(answered)).not.toContain('/nowhere')
  })
})

describe('behind a proxy', () => {
  it('sends http to it as a whole address, with its credentials', async () => {
    const options = { proxy: { http: proxy.url } }
    expect(await fetchWith(options, 'http://plain.test/page')).toMatchObject({
      content: 'by way of http',
    })
    expect(proxy.asked.at(-1)).toBe('GET http://plain.test/page')
    expect(proxy.credentials.at(-1)).toBe(`Basic ${btoa('ann:secret')}`)
    expect(JSON.stringify(site.requests.at(-1))).not.toContain(btoa('ann:secret'))
  })

  it('makes a tunnel through it for https', async () => {
    const options = { proxy: { https: secureProxy.url }, caFile }
    expect(await fetchWith(options, 'https://secure.test/')).toMatchObject({ content: 'over TLS' })
    expect(secureProxy.asked).toEqual(['CONNECT secure.test:443'])
  })

  it.each([
    ['a name beneath', 'except.test', 'http://a.except.test'],
    ['the name itself', '.except.test', 'http://except.test'],
    ['a host and port', 'except.test:80', 'http://except.test'],
    ['everything', '*', 'http://except.test'],
  ])('goes past it where NO_PROXY names %s', async (_name, rule, origin) => {
    const before = proxy.asked.length
    const url = rule.endsWith(':80') ? `${origin}:81/` : `${origin}:${site.port}/`
    const answered = await fetchWith({ proxy: { http: proxy.url, except: [rule] } }, url)
    const isPast = proxy.asked.length === before
    // A rule for port 80 is none for port 81.
    expect({ isPast, answered }).toMatchObject({
      isPast: !rule.endsWith(':80'),
      answered: { content: 'by way of http' },
    })
  })

  it.each([
    'http://10.0.0.1/',
    'http://2130706433/',
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/',
    'http://localhost/',
    'http://[::ffff:7f00:1]/',
    'http://private.example.com/',
  ])('hands it nothing that leads to %s', async (url) => {
    const before = proxy.asked.length
    const options = {
      allowedHosts: [],
      proxy: { http: proxy.url, resolves: true },
      resolve: async () => ['10.0.0.1'],
    }
    expect(await fetchWith(options, url)).toMatchObject({
      error: { code: 'forbidden', details: { reason: 'ssrf-blocked' } },
    })
    expect(proxy.asked).toHaveLength(before)
  })

  it('leaves a name to it that this machine does not know, only where that is wanted', async () => {
    const unknown = { allowedHosts: [], resolve: () => Promise.reject(notFoundByDns()) }
    const url = 'http://far.example.com/'
    expect(await fetchWith({ ...unknown, proxy: { http: proxy.url } }, url)).toMatchObject({
      error: { code: 'upstream-error', details: { reason: 'dns-not-found' } },
    })
    expect(
      await fetchWith({ ...unknown, proxy: { http: proxy.url, resolves: true } }, url),
    ).toMatchObject({ content: 'by way of http' })
  })

  it.each(['http://localhost../', 'http://printer.local../', 'http://127.0.0.1../'])(
    'leaves no internal name to it for the dots behind: %s',
    async (url) => {
      const before = proxy.asked.length
      const options = {
        allowedHosts: [],
        proxy: { http: proxy.url, resolves: true },
        resolve: () => Promise.reject(notFoundByDns()),
      }
      expect(await fetchWith(options, url)).toMatchObject({
        error: { code: 'forbidden', details: { reason: 'ssrf-blocked' } },
      })
      expect(proxy.asked).toHaveLength(before)
    },
  )
})

const notFoundByDns = () => Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })

it('tries the next address of a name where one does not answer', async () => {
  const resolve = async () => ['127.0.0.2', '127.0.0.1']
  const url = `http://several.test:${site.port}/`
  expect(await fetchWith({ resolve }, url)).toMatchObject({ content: 'by way of http' })
})

describe('what fails on the way', () => {
  it('tells a name that nobody knows', async () => {
    const resolve = () => Promise.reject(notFoundByDns())
    expect(await fetchWith({ resolve }, 'http://nowhere.test/')).toMatchObject({
      error: { code: 'upstream-error', retryable: true, details: { reason: 'dns-not-found' } },
    })
  })

  it('tells an answer that is not HTTP', async () => {
    const nonsense = await openSite(
      {},
      { otherwise: ({ socket }) => socket.end('hello there\r\n') },
    )
    expect(await fetchWith({}, `${nonsense.origin}/`)).toMatchObject({
      error: { code: 'upstream-error' },
    })
    await nonsense.close()
  })

  it('never says where a file is, nor shows a stack', async () => {
    const answered = JSON.stringify(await fetchWith({}, 'http://127.0.0.1:9/'))
    expect(answered).not.toMatch(/node_modules|\/work\/| {4}at /)
  })
})
