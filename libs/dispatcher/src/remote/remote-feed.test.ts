import { createNotification, createRequest } from '@mcp/protocol'
import { afterEach, expect, it, vi } from 'vitest'

import { createDispatcher } from '../dispatcher.ts'
import { remoteServer } from './node-remote-server.ts'
import type { Exchange } from '../fixtures/node-sample-server.ts'
import { startHttpServer } from '../fixtures/node-sample-server.ts'
import { createSampleServer, success } from '../fixtures/sample-server.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

/** Starts a capability server whose notification stream the test controls. */
async function startFeed(port?: number, instance = 'one') {
  const streams: Exchange[] = []
  const sample = createSampleServer()
  const described = { count: 0, version: '1.0.0' }
  const server = await startHttpServer((exchange) => {
    const { request, body, stream, event, json } = exchange
    if (request.url === '/notifications') {
      stream()
      streams.push(exchange)
      event('stream-open', createNotification('stream-open'), `${instance}:0`)
    } else if (request.url === '/capabilities') {
      described.count++
      json({ ...sample.describe(), version: described.version })
    } else if (request.url === '/health') {
      json({ state: 'healthy' })
    } else {
      json(success(JSON.parse(body.toString()), { instance }))
    }
  }, port)
  closers.push(() => server.close())
  return { ...server, streams, described }
}

function listen(url: string) {
  const remote = remoteServer({ name: 'tools', url })
  closers.push(() => remote.close())
  const received: string[] = []
  const stop = remote.subscribe(({ type }) => received.push(type))
  return { remote, received, stop }
}

it('emits the notifications of the server', async () => {
  const server = await startFeed()
  const { received } = listen(server.url)
  await vi.waitFor(() => expect(server.streams).toHaveLength(1))
  server.streams[0]?.event('tools-changed', createNotification('tools-changed'), 'one:1')
  server.streams[0]?.response.write('event: broken\ndata: {nonsense\n\n')
  server.streams[0]?.event('tools-again', createNotification('tools-again'), 'one:2')
  await vi.waitFor(() => expect(received).toContain('tools-again'))
  expect(received.filter((type) => type !== 'catalogue-changed')).toEqual([
    'tools-changed',
    'tools-again',
  ])
})

it('resumes after the last event it received', async () => {
  const server = await startFeed()
  const { received } = listen(server.url)
  await vi.waitFor(() => expect(server.streams).toHaveLength(1))
  server.streams[0]?.event('first', createNotification('first'), 'one:7')
  await vi.waitFor(() => expect(received).toContain('first'))
  server.streams[0]?.response.destroy()
  await vi.waitFor(() => expect(server.streams).toHaveLength(2))
  expect(server.streams[0]?.request.headers['last-event-id']).toBeUndefined()
  expect(server.streams[1]?.request.headers['last-event-id']).toBe('one:7')
  expect(received).not.toContain('server-restarted')
})

it('emits server-restarted if another instance responds', async () => {
  const first = await startFeed()
  const { remote, received } = listen(first.url)
  await vi.waitFor(() => expect(remote.health()).toEqual({ state: 'healthy' }))
  await vi.waitFor(() => expect(first.described.count).toBeGreaterThan(0))
  await first.close()
  await vi.waitFor(() => expect(remote.health()).toMatchObject({ state: 'unhealthy' }))

  const second = await startFeed(first.port, 'two')
  await vi.waitFor(() => expect(received).toContain('server-restarted'))
  second.streams[0]?.event('later', createNotification('later'), 'two:1')
  await vi.waitFor(() => expect(received).toContain('later'))
  expect(received.filter((type) => type === 'server-restarted')).toHaveLength(1)
  expect(remote.health()).toEqual({ state: 'healthy' })
})

it('emits a server-restarted of the server itself once', async () => {
  const server = await startFeed()
  const { received } = listen(server.url)
  await vi.waitFor(() => expect(server.streams).toHaveLength(1))
  const restarted = createNotification('server-restarted')
  server.streams[0]?.event('server-restarted', restarted, 'two:4')
  server.streams[0]?.event('later', createNotification('later'), 'two:5')
  await vi.waitFor(() => expect(received).toContain('later'))
  expect(received.filter((type) => type === 'server-restarted')).toHaveLength(1)
})

it('fetches the description again after catalogue-changed', async () => {
  const server = await startFeed()
  const { remote, received } = listen(server.url)
  expect(await remote.describe()).toMatchObject({ version: '1.0.0' })
  await vi.waitFor(() => expect(server.streams).toHaveLength(1))
  server.described.version = '2.0.0'
  server.streams[0]?.event('catalogue-changed', createNotification('catalogue-changed'), 'one:1')
  await vi.waitFor(async () => expect(await remote.describe()).toMatchObject({ version: '2.0.0' }))
  expect(received).toContain('catalogue-changed')
})

it('receives requests from a dispatcher that started before the server', async () => {
  const closed = await startFeed()
  await closed.close()
  const dispatcher = createDispatcher({
    servers: [remoteServer({ name: 'tools', url: closed.url })],
  })
  closers.push(() => dispatcher.close())
  const changes: string[] = []
  dispatcher.subscribe(({ type }) => changes.push(type))
  const response = await dispatcher.dispatch(createRequest('tool-execution'))
  expect(response).toMatchObject({ error: { code: 'unavailable' } })
  const [unreachable] = await dispatcher.servers()
  expect(unreachable).toMatchObject({
    name: 'tools',
    health: { state: 'unhealthy', cause: 'unreachable' },
    status: { state: 'unreachable', reason: expect.any(String) },
  })
  const { since } = Object(unreachable?.status)
  for (let read = 0; read < 5; read++) {
    expect(await dispatcher.servers()).toMatchObject([{ status: { state: 'unreachable', since } }])
  }

  await startFeed(closed.port)
  await vi.waitFor(() => expect(changes).toContain('catalogue-changed'))
  await vi.waitFor(async () =>
    expect(await dispatcher.servers()).toMatchObject([{ status: { state: 'healthy' } }]),
  )
  expect(await dispatcher.dispatch(createRequest('tool-execution'))).toMatchObject({
    status: 'success',
  })
})

it('uses the name that the server reports if none is configured', async () => {
  const server = await startFeed()
  const dispatcher = createDispatcher({ servers: [remoteServer({ url: server.url })] })
  closers.push(() => dispatcher.close())
  await vi.waitFor(async () => {
    const [listing] = await dispatcher.servers()
    expect(listing).toMatchObject({ name: 'tools', health: { state: 'healthy' } })
  })
  await dispatcher.remove('tools')
  expect(await dispatcher.servers()).toEqual([])
  await vi.waitFor(async () => expect(await server.connections()).toBe(0))
})

it('closes its connection with the last subscription', async () => {
  const server = await startFeed()
  const { remote, stop } = listen(server.url)
  await vi.waitFor(() => expect(server.streams).toHaveLength(1))
  const closed = new Promise((resolve) => {
    server.streams[0]?.response.on('close', resolve)
  })
  stop()
  stop()
  await closed
  await remote.close()
  await vi.waitFor(async () => expect(await server.connections()).toBe(0))
})
