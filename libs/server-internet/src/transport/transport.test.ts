import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { callResult } from '../fixtures/call.ts'
import type { Proxy } from '../fixtures/open-proxy.ts'
import { openProxy } from '../fixtures/open-proxy.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { Site } from '../fixtures/open-site.ts'
import { respond, openSite } from '../fixtures/open-site.ts'
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
  site = await openSite({}, { otherwise: respond('by way of http', text) })
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

/** Creates a server with these options and fetches one URL with it. */
async function fetchWith(options: InternetServerOptions, url: string): Promise<unknown> {
  const server = openServer(options)
  try {
    return await callResult(server, 'fetch', { url, respectRobots: false })
  } finally {
    await server.close()
  }
}

describe('over TLS', () => {
  it('trusts a certificate of the configured file for its name', async () => {
    const url = `https://secure.test:${securePort}/`
    expect(await fetchWith({ caFile }, url)).toMatchObject({ content: 'over TLS' })
  })

  it('does not follow a redirect from https to http, and reports its target', async () => {
    const url = `https://secure.test:${securePort}/down`
    expect(await fetchWith({ caFile }, url)).toMatchObject({
      error: {
        code: 'upstream-error',
        message: expect.stringContaining('http://plain.test/'),
        details: { reason: 'https-downgrade' },
      },
    })
  })

  it('does not trust an unknown certificate', async () => {
    expect(await fetchWith({}, `https://secure.test:${securePort}/`)).toMatchObject({
      error: { code: 'upstream-error', details: { reason: 'tls' } },
    })
  })

  it('does not trust a certificate for another name', async () => {
    expect(await fetchWith({ caFile }, `https://other.test:${securePort}/`)).toMatchObject({
      error: { code: 'upstream-error', details: { reason: 'tls' } },
    })
  })

  it('names the setting if the file does not exist', async () => {
    const response = await fetchWith(
      { caFile: '/nowhere/ca.pem' },
      `https://secure.test:${securePort}/`,
    )
    expect(response).toMatchObject({
      error: { code: 'unavailable', message: expect.stringContaining('INTERNET_CA_FILE') },
    })
    expect(JSON.stringify(response)).not.toContain('/nowhere')
  })
})

describe('behind a proxy', () => {
  it('sends http requests to it with an absolute URL and its credentials', async () => {
    const options = { proxy: { http: proxy.url } }
    expect(await fetchWith(options, 'http://plain.test/page')).toMatchObject({
      content: 'by way of http',
    })
    expect(proxy.requestLines.at(-1)).toBe('GET http://plain.test/page')
    expect(proxy.credentials.at(-1)).toBe(`Basic ${btoa('ann:secret')}`)
    expect(JSON.stringify(site.requests.at(-1))).not.toContain(btoa('ann:secret'))
  })

  it('opens a tunnel through it for https', async () => {
    const options = { proxy: { https: secureProxy.url }, caFile }
    expect(await fetchWith(options, 'https://secure.test/')).toMatchObject({ content: 'over TLS' })
    expect(secureProxy.requestLines).toEqual(['CONNECT secure.test:443'])
  })

  it.each([
    ['a name beneath', 'except.test', 'http://a.except.test'],
    ['the name itself', '.except.test', 'http://except.test'],
    ['a host and port', 'except.test:80', 'http://except.test'],
    ['everything', '*', 'http://except.test'],
  ])('is bypassed if NO_PROXY contains %s', async (_name, rule, origin) => {
    const before = proxy.requestLines.length
    const url = rule.endsWith(':80') ? `${origin}:81/` : `${origin}:${site.port}/`
    const response = await fetchWith({ proxy: { http: proxy.url, except: [rule] } }, url)
    const isPast = proxy.requestLines.length === before
    // A rule for port 80 does not apply to port 81.
    expect({ isPast, response }).toMatchObject({
      isPast: !rule.endsWith(':80'),
      response: { content: 'by way of http' },
    })
  })

  it('is not used for an IPv6 address of the exceptions', async () => {
    const before = proxy.requestLines.length
    const options = {
      allowedHosts: ['[::1]'],
      proxy: { http: proxy.url, except: ['0:0:0:0:0:0:0:1'] },
    }
    await fetchWith(options, 'http://[::1]/')
    expect(proxy.requestLines).toHaveLength(before)
  })

  it.each([
    'http://10.0.0.1/',
    'http://2130706433/',
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/',
    'http://localhost/',
    'http://[::ffff:7f00:1]/',
    'http://private.example.com/',
  ])('sends no request to %s through it', async (url) => {
    const before = proxy.requestLines.length
    const options = {
      allowedHosts: [],
      proxy: { http: proxy.url, resolves: true },
      resolve: async () => ['10.0.0.1'],
    }
    expect(await fetchWith(options, url)).toMatchObject({
      error: { code: 'forbidden', details: { reason: 'ssrf-blocked' } },
    })
    expect(proxy.requestLines).toHaveLength(before)
  })

  it('resolves unknown names only if that is enabled', async () => {
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
    'does not send internal names with trailing dots to it: %s',
    async (url) => {
      const before = proxy.requestLines.length
      const options = {
        allowedHosts: [],
        proxy: { http: proxy.url, resolves: true },
        resolve: () => Promise.reject(notFoundByDns()),
      }
      expect(await fetchWith(options, url)).toMatchObject({
        error: { code: 'forbidden', details: { reason: 'ssrf-blocked' } },
      })
      expect(proxy.requestLines).toHaveLength(before)
    },
  )
})

const notFoundByDns = () => Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })

it('tries the next address of a name if one does not respond', async () => {
  const resolve = async () => ['127.0.0.2', '127.0.0.1']
  const url = `http://several.test:${site.port}/`
  expect(await fetchWith({ resolve }, url)).toMatchObject({ content: 'by way of http' })
})

describe('network errors', () => {
  it('reports an unknown name', async () => {
    const resolve = () => Promise.reject(notFoundByDns())
    expect(await fetchWith({ resolve }, 'http://nowhere.test/')).toMatchObject({
      error: { code: 'upstream-error', retryable: true, details: { reason: 'dns-not-found' } },
    })
  })

  it('reports a response that is not HTTP', async () => {
    const invalidResponse = await openSite(
      {},
      { otherwise: ({ socket }) => socket.end('hello there\r\n') },
    )
    expect(await fetchWith({}, `${invalidResponse.origin}/`)).toMatchObject({
      error: { code: 'upstream-error' },
    })
    await invalidResponse.close()
  })

  it('does not reveal file paths or a stack', async () => {
    const response = JSON.stringify(await fetchWith({}, 'http://127.0.0.1:9/'))
    expect(response).not.toMatch(/node_modules|\/work\/| {4}at /)
  })
})
