import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

import { afterEach, expect, it } from 'vitest'

import { followRedirects } from './follow-redirects.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

/** Starts a server that redirects each path in the table, and returns the requests that it received. */
async function start(redirects: Readonly<Record<string, readonly [status: number, to: string]>>) {
  const received: Pick<IncomingMessage, 'method' | 'url'>[] = []
  const server = createServer((request, response) => {
    const { method, url = '' } = request
    received.push({ method, url })
    const [status, location] = redirects[url] ?? []
    if (status === undefined) void text(request).then((body) => response.end(`${method} ${body}`))
    else response.writeHead(status, location === undefined ? {} : { location }).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { origin: `http://127.0.0.1:${port}`, received }
}

const follow = followRedirects('github', fetch)
const post = { method: 'POST', body: 'content' }

it('repeats a request with its content at another path', async () => {
  const { origin, received } = await start({ '/mcp': [307, '/mcp/'], '/mcp/': [308, 'v2?a=1'] })
  expect(await (await follow(`${origin}/mcp`, post)).text()).toBe('POST content')
  expect(received.map(({ url }) => url)).toEqual(['/mcp', '/mcp/', '/mcp/v2?a=1'])
})

it.each([301, 302, 303, 307, 308])('follows the status %i of an event stream', async (status) => {
  const { origin } = await start({ '/sse': [status, '/events'] })
  expect(await (await follow(`${origin}/sse`)).text()).toBe('GET ')
})

it.each([301, 302, 303])('refuses the status %i of a request with content', async (status) => {
  const { origin, received } = await start({ '/mcp': [status, '/v2?key=secret'] })
  const refused = follow(`${origin}/mcp`, post)
  await expect(refused).rejects.toThrow(`removes the content of a request, to ${origin}/v2. Set`)
  expect(received).toHaveLength(1)
})

it.each([{}, post])('sends nothing to another origin: %o', async (init) => {
  const other = await start({})
  const { origin } = await start({ '/mcp': [307, `${other.origin}/mcp?key=secret`] })
  await expect(follow(`${origin}/mcp`, init)).rejects.toThrow(
    `The server "github" redirects to another origin, ${other.origin}/mcp. Headers and tokens are not sent there.`,
  )
  expect(other.received).toEqual([])
})

it('ends a circle, and reports an invalid address', async () => {
  const { origin, received } = await start({
    '/a': [307, '/b'],
    '/b': [307, '/a'],
    '/c': [307, 'http://'],
  })
  await expect(follow(`${origin}/a`, post)).rejects.toThrow('more than 5 times in a row')
  expect(received).toHaveLength(6)
  await expect(follow(`${origin}/c`, post)).rejects.toThrow('to an invalid address')
})
