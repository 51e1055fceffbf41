import { createNotification } from '@mcp/protocol'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { createManualClock } from '../fixtures/manual-clock.ts'
import type { SessionManagerFixture } from '../fixtures/start-session-manager.ts'
import {
  answerWith,
  breakConnection,
  startSessionManager,
} from '../fixtures/start-session-manager.ts'
import { createClient } from '../create-client.ts'
import type { Reconnect } from '../http/follow-events.ts'
import type { SessionNotification } from './notifications.ts'

const streams = /^GET .*\/events$/

let server: SessionManagerFixture
beforeEach(async () => {
  server = await startSessionManager(async () => ({ result: 1 }))
})
afterEach(() => server.close())

const note = (id: string) => createNotification('note', { text: id }, { id })

function publish(...ids: string[]): void {
  for (const id of ids) server.publish('s-1', note(id))
}

/** Reads notifications in the background and appends them to `seen`. */
function follow(notifications: AsyncIterable<SessionNotification>) {
  const seen: SessionNotification[] = []
  const ended = (async () => {
    for await (const notification of notifications) seen.push(notification)
  })()
  return {
    ended,
    ids: () => seen.map(({ id }) => id),
    types: () => seen.map(({ type }) => type),
    seen,
  }
}

async function connect() {
  const session = await createClient({ url: server.url }).connect()
  const onOpen = vi.fn<() => void>()
  const opened = (times: number) => vi.waitFor(() => expect(onOpen).toHaveBeenCalledTimes(times))
  return { session, onOpen, opened }
}

it('yields later notifications with their positions', async () => {
  const { session, onOpen, opened } = await connect()
  publish('before')
  const { seen, ended } = follow(session.notifications({ onOpen }))
  await opened(1)
  publish('after')
  await session.close()
  await ended
  expect(seen).toMatchObject([
    { id: 'after', type: 'note', data: { text: 'after' }, position: '2' },
    { type: 'session-closed' },
  ])
})

it('yields only notifications of the given types, and ends with the session', async () => {
  const { session, onOpen, opened } = await connect()
  const { seen, ended } = follow(session.notifications({ onOpen, types: ['alarm', 'note'] }))
  await opened(1)
  for (const type of ['other', 'note', 'alarm']) {
    server.publish('s-1', createNotification(type, {}))
  }
  await session.close()
  await ended
  expect(seen.map(({ type }) => type)).toEqual(['note', 'alarm'])
})

it('resumes after a broken connection, without a gap or a duplicate', async () => {
  const { session, onOpen, opened } = await connect()
  const { ids, ended } = follow(session.notifications({ onOpen }))
  await opened(1)
  publish('a', 'b')
  await vi.waitFor(() => expect(ids()).toEqual(['a', 'b']))
  server.cutStreams('s-1')
  publish('c', 'd')
  await vi.waitFor(() => expect(ids()).toEqual(['a', 'b', 'c', 'd']))
  server.cutStreams('s-1')
  publish('e')
  await vi.waitFor(() => expect(ids()).toEqual(['a', 'b', 'c', 'd', 'e']))
  await session.close()
  await ended
  expect(server.callsOf(streams)[1]?.headers['last-event-id']).toBe('2')
})

it('yields each notification once and in order if the connection breaks repeatedly', async () => {
  const { session, onOpen, opened } = await connect()
  const { ids } = follow(session.notifications({ onOpen }))
  await opened(1)
  const all = Array.from({ length: 200 }, (_, index) => `n-${index}`)
  for (const [index, id] of all.entries()) {
    publish(id)
    if (index % 25 !== 0) continue
    await vi.waitFor(() => expect(server.streamsOf('s-1').size).toBe(1), { interval: 1 })
    server.cutStreams('s-1')
  }
  await vi.waitFor(() => expect(ids().length).toBeGreaterThanOrEqual(all.length))
  expect(ids()).toEqual(all)
  await session.close()
})

it('resumes from the start of the iteration if the connection breaks before the first notification', async () => {
  const { session, onOpen, opened } = await connect()
  publish('before')
  const { ids } = follow(session.notifications({ onOpen }))
  await opened(1)
  server.cutStreams('s-1')
  publish('while away')
  await vi.waitFor(() => expect(ids()).toEqual(['while away']))
  await session.close()
})

it('starts after lastEventId', async () => {
  const { session } = await connect()
  publish('a', 'b', 'c')
  const [first] = [await session.notifications({ lastEventId: '1' }).next()]
  expect(first).toMatchObject({ done: false, value: { id: 'b', position: '2' } })
})

it('drops a duplicate notification, even with another position', async () => {
  const { session, onOpen, opened } = await connect()
  const { ids } = follow(session.notifications({ onOpen }))
  await opened(1)
  publish('a', 'a', 'b', 'a')
  await vi.waitFor(() => expect(ids()).toEqual(['a', 'b']))
  await session.close()
})

it('yields a gap to the caller', async () => {
  const { session, onOpen, opened } = await connect()
  const { seen, ended } = follow(session.notifications({ onOpen }))
  await opened(1)
  server.publish('s-1', createNotification('stream-gap', { after: '1', before: '9' }))
  await session.close()
  await ended
  expect(seen[0]).toMatchObject({ type: 'stream-gap', data: { after: '1', before: '9' } })
})

it('ends after the session expired', async () => {
  const { session, onOpen, opened } = await connect()
  const { types, ended } = follow(session.notifications({ onOpen }))
  await opened(1)
  server.expire('s-1')
  await ended
  expect(types()).toEqual(['session-expired'])
})

it('throws if the session no longer exists after a reconnect', async () => {
  const { session, onOpen, opened } = await connect()
  const { types, ended } = follow(session.notifications({ onOpen }))
  await opened(1)
  server.fail(streams, breakConnection)
  server.cutStreams('s-1')
  server.expire('s-1')
  await expect(ended).rejects.toMatchObject({ code: 'session-not-found' })
  expect(types()).toEqual([])
})

it('throws if the session has expired before', async () => {
  const { session } = await connect()
  server.expire('s-1')
  await expect(session.notifications().next()).rejects.toMatchObject({ code: 'session-not-found' })
})

it('ends on HTTP 204', async () => {
  const { session } = await connect()
  server.fail(streams, answerWith(204, {}, ''))
  await expect(session.notifications().next()).resolves.toMatchObject({ done: true })
})

it('ends when the signal is aborted, and closes the connection', async () => {
  const { session, onOpen, opened } = await connect()
  const controller = new AbortController()
  const { ended } = follow(session.notifications({ onOpen, signal: controller.signal }))
  await opened(1)
  expect(server.streamsOf('s-1').size).toBe(1)
  controller.abort()
  await ended
  await vi.waitFor(() => expect(server.streamsOf('s-1').size).toBe(0))
})

it('closes the connection when the caller leaves the loop', async () => {
  const { session, onOpen, opened } = await connect()
  const notifications = session.notifications({ onOpen })
  const next = notifications.next()
  await opened(1)
  publish('a')
  await next
  await notifications.return?.()
  await vi.waitFor(() => expect(server.streamsOf('s-1').size).toBe(0))
})

it('can be ended during the reconnect delay', async () => {
  const { session, onOpen, opened } = await connect()
  const notifications = session.notifications({ onOpen })
  const next = notifications.next()
  await opened(1)
  await notifications.return?.()
  expect(await next).toMatchObject({ done: true })
  await vi.waitFor(() => expect(server.streamsOf('s-1').size).toBe(0))
})

it('gives each iteration its own stream', async () => {
  const { session, onOpen, opened } = await connect()
  const first = follow(session.notifications({ onOpen }))
  const second = follow(session.notifications({ onOpen }))
  await opened(2)
  publish('a')
  await session.close()
  await Promise.all([first.ended, second.ended])
  expect(first.ids()[0]).toBe('a')
  expect(second.ids()[0]).toBe('a')
})

it('reports each reconnect with its reason and delay', async () => {
  const { session, onOpen, opened } = await connect()
  const reconnects: Reconnect[] = []
  const onReconnect = (reconnect: Reconnect): void => {
    reconnects.push(reconnect)
  }
  follow(session.notifications({ onOpen, onReconnect }))
  await opened(1)
  server.fail(streams, breakConnection)
  server.fail(streams, answerWith(502, {}, 'bad gateway'))
  server.cutStreams('s-1')
  await opened(2)
  expect(reconnects).toMatchObject([
    { error: { code: 'unavailable', details: { reason: 'connection-broken' } } },
    { error: { code: 'unavailable', details: { reason: 'unreachable' } } },
    { error: { code: 'unavailable', details: { status: 502 } } },
  ])
  await session.close()
})

it('waits for the retry field of the stream, then for Retry-After', async () => {
  const { clock, advance, waiting } = createManualClock()
  server.askToWait(60_000)
  const session = await createClient({ url: server.url, clock }).connect()
  const onOpen = vi.fn<() => void>()
  follow(session.notifications({ onOpen }))
  await vi.waitFor(() => expect(waiting()).toEqual([45_000]))
  await vi.waitFor(() => expect(onOpen).toHaveBeenCalledTimes(1))
  server.fail(streams, answerWith(503, { 'retry-after': '9' }, ''))
  server.cutStreams('s-1')

  const first = await vi.waitFor(() => {
    const [soonest = 0] = waiting()
    expect([0, 45_000]).not.toContain(soonest)
    return soonest
  })
  expect(first).toBeGreaterThanOrEqual(30_000)
  expect(first).toBeLessThanOrEqual(60_000)
  advance(first)
  await vi.waitFor(() => expect(waiting()).toEqual([9000]))
  advance(9000)
  await vi.waitFor(() => expect(onOpen).toHaveBeenCalledTimes(2))
  await session.close()
})

it('closes a connection that is silent for three heartbeats', async () => {
  const { clock, advance, waiting } = createManualClock()
  const session = await createClient({ url: server.url, clock }).connect()
  const onOpen = vi.fn<() => void>()
  const onReconnect = vi.fn<(reconnect: Reconnect) => void>()
  const { ids } = follow(session.notifications({ onOpen, onReconnect }))
  await vi.waitFor(() => expect(onOpen).toHaveBeenCalledTimes(1))
  await vi.waitFor(() => expect(waiting()).toEqual([45_000]))
  advance(44_000)
  for (const stream of server.streamsOf('s-1')) stream.write(': heartbeat\n\n')
  await vi.waitFor(() => expect(waiting()).toEqual([45_000]))
  advance(45_000)
  await vi.waitFor(() => expect(onReconnect).toHaveBeenCalledTimes(1))
  publish('while away')
  advance(2000)
  await vi.waitFor(() => expect(ids()).toEqual(['while away']))
  await session.close()
})

it.each([
  { asked: 1000, fourth: 4000 },
  { asked: 0, fourth: 4 },
])('doubles the delay from $asked ms if each stream breaks immediately', async (wait) => {
  const { clock, advance, waiting } = createManualClock()
  server.askToWait(wait.asked)
  const session = await createClient({ url: server.url, clock }).connect()
  const delays: number[] = []
  follow(session.notifications({ onReconnect: ({ delayMs }) => delays.push(delayMs) }))
  await vi.waitFor(() => {
    for (const stream of server.streamsOf('s-1')) stream.destroy()
    // The delay starts anew after a stream that was open for some time, such as these 8 seconds.
    const isOpen = waiting().includes(45_000)
    if (delays.length < 4 && !isOpen) advance(8000)
    expect(delays.length).toBeGreaterThanOrEqual(4)
  })
  expect(delays[0]).toBeGreaterThan(0)
  expect(delays[3]).toBeGreaterThanOrEqual(wait.fourth)
  await session.close()
})

it('rejects if a reconnect cannot help', async () => {
  const { session } = await connect()
  const body = JSON.stringify({
    error: { code: 'unauthenticated', message: 'Who are you?', retryable: false },
  })
  server.fail(streams, answerWith(401, {}, body))
  await expect(session.notifications().next()).rejects.toMatchObject({ code: 'unauthenticated' })
})

it('rejects if the response is not a stream, or an event not a notification', async () => {
  const { session } = await connect()
  server.fail(streams, answerWith(200, { 'content-type': 'text/html' }, '<h1>log in</h1>'))
  await expect(session.notifications().next()).rejects.toMatchObject({ code: 'upstream-error' })
  const invalid = 'event: note\ndata: {"half": \n\n'
  server.fail(streams, answerWith(200, { 'content-type': 'text/event-stream' }, invalid))
  await expect(session.notifications().next()).rejects.toMatchObject({ code: 'upstream-error' })
})

it('ends an iteration during its reconnect delay when the client closes the session', async () => {
  const { clock, waiting } = createManualClock()
  const session = await createClient({ url: server.url, clock, retries: 0 }).connect()
  const { ended } = follow(session.notifications())
  await vi.waitFor(() => expect(server.streamsOf('s-1').size).toBe(1))
  server.cutStreams('s-1')
  await vi.waitFor(() => expect(waiting()).toHaveLength(1))
  await vi.waitFor(() => expect(waiting()[0]).toBeLessThanOrEqual(1000))
  await session.close()
  await ended
})
