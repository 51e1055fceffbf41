import { createServer } from 'node:http'

import { createLogger, readEnvironment } from '@mcp/node'
import { expect, it } from 'vitest'

import { config } from './config.ts'
import { start } from './service.ts'

const log = createLogger({ name: 'internet-server', level: 'error' })

/** Starts the server with these variables and returns its response to one request. */
async function responseTo(env: Record<string, string>, payload: object): Promise<unknown> {
  const settings = readEnvironment(config, { env: { INTERNET_SERVER_PORT: '0', ...env } })
  const { banner, close } = await start(settings, { log })
  try {
    const url = /http:\S+/.exec(banner?.join('\n') ?? '')?.[0]
    const response = await fetch(`${url}/process`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'req-1', type: 'internet-access', payload }),
    })
    return await response.json()
  } finally {
    await close({})
  }
}

it('responds to a request envelope', async () => {
  const html = '<h1>Hello</h1><p>World</p>'
  const payload = { operation: 'extract', params: { html, extract: 'full' } }
  expect(await responseTo({}, payload)).toMatchObject({
    id: 'req-1',
    status: 'success',
    data: { result: { content: expect.stringContaining('# Hello') } },
    metadata: { source: 'mcp-server-5', untrusted: true },
  })
})

it('fetches from this machine only the hosts of INTERNET_ALLOWED_HOSTS', async () => {
  const site = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('the page')
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  const address = site.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const params = { respectRobots: false }
  const payload = { url: `http://127.0.0.1:${port}/`, operation: 'fetch', params }
  try {
    expect(await responseTo({}, payload)).toMatchObject({
      status: 'error',
      error: { code: 'forbidden', details: { reason: 'ssrf-blocked' } },
    })
    const env = { INTERNET_ALLOWED_HOSTS: `example.org, 127.0.0.1:${port}`, NO_PROXY: '*' }
    expect(await responseTo(env, payload)).toMatchObject({
      data: { result: { content: 'the page' } },
    })
  } finally {
    site.closeAllConnections()
    await new Promise((resolve) => site.close(resolve))
  }
})

it('reports an invalid allowed host at startup', async () => {
  const env = { INTERNET_SERVER_PORT: '0', INTERNET_ALLOWED_HOSTS: 'http://example.org/' }
  const settings = readEnvironment(config, { env })
  await expect(start(settings, { log })).rejects.toThrow('Invalid allowed host')
})

it.each([
  ['HTTPS_PROXY', 'ftp://proxy.example'],
  ['SEARXNG_URL', 'searx'],
  ['INTERNET_CACHE_MB', '0'],
  ['INTERNET_USER_AGENT', 'two\nlines'],
])('refuses %s=%j', (name, value) => {
  expect(() => readEnvironment(config, { env: { [name]: value } })).toThrow(name)
})
