import { createServer } from 'node:http'

import { afterEach, expect, it, vi } from 'vitest'

import { createHttpClient } from './http-client.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

async function startServer() {
  const server = createServer((_request, response) => response.end('hello'))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

it('reads the settings of the proxies again after they were invalid', async () => {
  await using server = await startServer()
  vi.stubEnv('NO_PROXY', '127.0.0.1')
  vi.stubEnv('HTTP_PROXY', 'http://[')
  const client = createHttpClient()
  const get = () => {
    const { signal } = new AbortController()
    return client.fetch(server.url, { method: 'GET', headers: {}, redirect: 'manual', signal })
  }
  await expect(get()).rejects.toThrow('Invalid URL')
  vi.stubEnv('HTTP_PROXY', undefined)
  expect(await get()).toMatchObject({ status: 200 })
  await client.close()
})

it('can be closed after its first request failed, and before any request', async () => {
  vi.stubEnv('HTTP_PROXY', 'http://[')
  const client = createHttpClient()
  const { signal } = new AbortController()
  const options = { method: 'GET', headers: {}, redirect: 'manual', signal } as const
  await expect(client.fetch('http://127.0.0.1:9/', options)).rejects.toThrow('Invalid URL')
  await client.close()
  await createHttpClient().close()
})
