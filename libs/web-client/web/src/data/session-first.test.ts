import { expect, it } from 'vitest'

import { sessionFirst } from './session-first.ts'

const url = (path: string) => new URL(path, 'http://localhost/')
const request = (path: string) =>
  new Request(url(path), { headers: { 'x-mcp-page': '1', accept: 'text/event-stream' } })

/** Creates a service that records the requests, and responds to those for the session when it is released. */
function startService(statuses: number[]) {
  const sent: string[] = []
  const release = Promise.withResolvers<void>()
  const send = sessionFirst(async ({ url: address, headers }) => {
    const { pathname } = new URL(address)
    sent.push(`${pathname} ${headers.get('x-mcp-page')}`)
    if (pathname !== '/sessions/current') return new Response()
    await release.promise
    return new Response(null, { status: statuses.shift() ?? 200 })
  }, url('sessions/current'))
  return { sent, send, release: () => release.resolve() }
}

it('sends no other request until the session is open, and opens it once', async () => {
  const { sent, send, release } = startService([200])
  const responses = [send(request('stream')), send(request('servers'))]
  await new Promise((resolve) => setImmediate(resolve))
  expect(sent).toEqual(['/sessions/current 1'])
  release()
  await Promise.all(responses)
  await send(request('models'))
  expect(sent).toEqual(['/sessions/current 1', '/stream 1', '/servers 1', '/models 1'])
})

it('sends requests after a failure, and opens the session with the next one', async () => {
  const { sent, send, release } = startService([401, 200])
  release()
  await send(request('stream'))
  await send(request('servers'))
  await send(request('models'))
  expect(sent.filter((line) => line.startsWith('/sessions'))).toHaveLength(2)
  expect(sent).toHaveLength(5)
})
