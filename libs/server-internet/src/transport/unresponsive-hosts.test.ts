import type { AddressInfo, Server } from 'node:net'
import { createServer } from 'node:net'

import { afterEach, describe, expect, it, vi } from 'vitest'

import { callResult } from '../fixtures/call.ts'
import { openServer } from '../fixtures/open-server.ts'
import { parseAllowedHosts } from './allowed-hosts.ts'
import { createTransport } from './transport.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** Opens a proxy that sends the same response to every request, or no response. */
async function openStubbornProxy(response?: string) {
  let connections = 0
  const proxy: Server = createServer((socket) => {
    connections += 1
    socket.on('close', () => (connections -= 1)).on('error', () => {})
    socket.on('data', () => response !== undefined && socket.write(response))
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise((resolve) => proxy.close(resolve)))
  const address: AddressInfo | string | null = proxy.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, connections: () => connections }
}

function open(options: Parameters<typeof openServer>[0]) {
  const server = openServer(options)
  closing.push(() => server.close())
  return server
}

/** Fetches with a timeout of 300 milliseconds and waits ten times as long for the response. */
async function fetchBriefly(server: ReturnType<typeof open>, url: string): Promise<unknown> {
  const late = new Promise((resolve) => void setTimeout(resolve, 3_000, 'late').unref())
  const params = { url, timeoutMs: 300, respectRobots: false }
  return Promise.race([callResult(server, 'fetch', params), late])
}

const timedOut = { error: { code: 'timeout', details: { reason: 'fetch-timeout' } } }

describe('a call ends with its timeout if', () => {
  it('a name server does not respond', async () => {
    const server = open({ resolve: () => new Promise(() => {}) })
    expect(await fetchBriefly(server, 'http://silent.test/')).toMatchObject(timedOut)
  })

  it.each(['http', 'https'])('a proxy does not respond, for %s', async (scheme) => {
    const { url } = await openStubbornProxy()
    const server = open({ proxy: { http: url, https: url } })
    expect(await fetchBriefly(server, `${scheme}://far.test/`)).toMatchObject(timedOut)
  })
})

it('does not block a proxy with calls that received no response', async () => {
  const proxy = await openStubbornProxy()
  const transport = createTransport({
    allowed: parseAllowedHosts(['*.test']),
    resolve: async () => ['127.0.0.1'],
    proxy: { https: proxy.url },
    connectTimeoutMs: 500,
  })
  closing.push(() => transport.close())
  const request = { method: 'GET', headers: {}, signal: AbortSignal.timeout(100) }
  const responses = ['a', 'b', 'c'].map((name) =>
    transport.send({ ...request, url: new URL(`https://${name}.test/`) }),
  )
  for (const { status } of await Promise.allSettled(responses)) expect(status).toBe('rejected')
  expect(proxy.connections()).toBeGreaterThan(0)
  await vi.waitFor(() => expect(proxy.connections()).toBe(0), { timeout: 5_000 })
})

describe('reports that the proxy refused the request', () => {
  it.each([
    ['https', 407, 'proxy-auth'],
    ['https', 403, 'proxy-refused'],
    ['http', 407, 'proxy-auth'],
  ])('%s, with status %i', async (scheme, status, reason) => {
    const { url } = await openStubbornProxy(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
    const server = open({ proxy: { http: url, https: url } })
    expect(await fetchBriefly(server, `${scheme}://far.test/`)).toMatchObject({
      error: {
        code: 'upstream-error',
        message: expect.stringContaining(`proxy`),
        details: { reason },
      },
    })
  })
})
