import { afterEach, describe, expect, it } from 'vitest'

import { collectText } from '../../fixtures/collect-text.ts'
import { serveTexts, startWebSite } from '../../fixtures/web-site.ts'
import { contractResources, itIsAResourceProvider } from '../resource-provider.contract.ts'
import type { HttpResourcesOptions } from './http-resources.ts'
import { httpResources } from './http-resources.ts'

const { signal } = new AbortController()

describe('an HTTP server that supports ranges', () => {
  itIsAResourceProvider(async () => {
    const site = await startWebSite(serveTexts(contractResources))
    // Exact URLs, because only they are listed.
    const urls = [site.url, `${site.url}alpha.txt`, `${site.url}sub/beta.md`]
    return { provider: httpResources({ urls }), base: site.url, cleanUp: () => site.close() }
  })
})

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function start(
  handle: Parameters<typeof startWebSite>[0],
  options: Partial<HttpResourcesOptions> = {},
) {
  const site = await startWebSite(handle)
  const provider = httpResources({ urls: [`${site.url}docs/`], ...options })
  closers.push(
    () => provider.close?.(),
    () => site.close(),
  )
  const read = async (path: string, start = 0, end?: number): Promise<string | undefined> => {
    const uri = provider.canonicalize(new URL(path, site.url).href)
    const opened = await provider.open(uri, { start, end, signal })
    return collectText(opened?.body)
  }
  return { site, provider, read }
}

it('extracts the range from the response of a server that does not support ranges', async () => {
  const { read } = await start((_request, response) => response.end('0123456789'))
  expect(await read('docs/a', 3, 6)).toBe('345')
  expect(await read('docs/a', 20)).toBe('')
})

it('sends If-None-Match and accepts 304', async () => {
  const { provider, site } = await start(serveTexts({ 'docs/a': 'text' }))
  const uri = `${site.url}docs/a`
  const info = await provider.stat(uri, { signal })
  const opened = await provider.open(uri, { start: 0, ifNoneMatch: info?.etag, signal })
  expect(opened?.body).toBeUndefined()
  expect(site.requests).toEqual([
    { method: 'HEAD', path: '/docs/a' },
    { method: 'GET', path: '/docs/a', ifNoneMatch: info?.etag },
  ])
})

it('falls back to GET for the metadata if the server does not support HEAD', async () => {
  const { provider, site } = await start(({ method }, response) =>
    response.writeHead(method === 'HEAD' ? 405 : 200, { 'content-length': 4 }).end('text'),
  )
  expect(await provider.stat(`${site.url}docs/a`, { signal })).toMatchObject({ size: 4 })
})

it.each([
  'http://127.0.0.1:1/docs/',
  'http://localhost/docs/',
  'https://docs.example.org.evil.example/a',
  'https://docs.example.org/docs2/',
  'https://docs.example.org/docs',
])('refuses %s, which is not an allowed URL', (uri) => {
  const provider = httpResources({ urls: ['https://docs.example.org/docs/'] })
  expect(() => provider.canonicalize(uri)).toThrow('is not a URL that this server may read')
})

it('follows redirects to allowed URLs', async () => {
  const { read } = await start(({ url = '' }, response) =>
    url === '/docs/old'
      ? response.writeHead(301, { location: '../docs/new' }).end()
      : response.end('found'),
  )
  expect(await read('docs/old')).toBe('found')
})

it.each(['/secret', '../secret', '//127.0.0.1:1/docs/', 'file:///etc/passwd', 'docs/../../secret'])(
  'refuses a redirect to %s without requesting it',
  async (location) => {
    const { read, site } = await start((_request, response) =>
      response.writeHead(302, { location }).end(),
    )
    await expect(read('docs/a')).rejects.toMatchObject({
      code: 'forbidden',
      details: { reason: 'redirect-escape' },
    })
    expect(site.requests).toHaveLength(1)
  },
)

it('stops after 5 redirects', async () => {
  const { read, site } = await start((_request, response) =>
    response.writeHead(302, { location: '/docs/again' }).end(),
  )
  await expect(read('docs/a')).rejects.toThrow('redirects more than 5 times')
  expect(site.requests).toHaveLength(6)
})

it('applies the timeout to the body as well', async () => {
  const { read } = await start((_request, response) => response.write('a'), { timeoutMs: 100 })
  await expect(read('docs/a')).rejects.toMatchObject({ code: 'timeout', retryable: true })
})

it('stops reading an endless response at the limit', async () => {
  const { read } = await start(
    (_request, response) => {
      const send = (): void => {
        while (!response.destroyed && response.write('x'.repeat(10_000))) {
          // Writes until the buffer of the response is full.
        }
      }
      response.on('drain', send)
      send()
    },
    { maxBytes: 100_000 },
  )
  await expect(read('docs/a')).rejects.toMatchObject({ code: 'payload-too-large' })
  expect(await read('docs/a', 0, 10)).toBe('x'.repeat(10))
})

it('stops reading when the caller aborts', async () => {
  const { provider, site } = await start((_request, response) => response.write('a'))
  const controller = new AbortController()
  const opened = await provider.open(`${site.url}docs/a`, { start: 0, signal: controller.signal })
  const reading = collectText(opened?.body)
  controller.abort(new Error('aborted'))
  await expect(reading).rejects.toThrow('aborted')
})

it.each([
  { status: 403, retryable: false },
  { status: 503, retryable: true },
])('reports status $status of the upstream server', async ({ status, retryable }) => {
  const { read } = await start((_request, response) => response.writeHead(status).end('secret'))
  await expect(read('docs/a')).rejects.toMatchObject({
    code: 'upstream-error',
    retryable,
    details: { status },
  })
})

it('reports an unreachable server as retryable', async () => {
  const { read, site } = await start((_request, response) => response.end())
  await site.close()
  await expect(read('docs/a')).rejects.toMatchObject({ code: 'upstream-error', retryable: true })
})

it.each(['docs', 'ftp://a.example/', 'https://ann:secret@a.example/'])(
  'rejects the URL %j',
  (url) => {
    expect(() => httpResources({ urls: [url] })).toThrow('must start with http:// or https://')
  },
)
