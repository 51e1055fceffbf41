import type { ByteSink, RawRequest } from '@mcp/http'
import { runRoute } from '@mcp/http'
import { defineContract } from '@mcp/protocol'
import { expect, it } from 'vitest'
import * as z from 'zod'

import { createManualClock } from '@mcp/protocol/testing'
import type { ReadEvent } from '../../examples/read-events.ts'
import { readEvents, takeEvents } from '../../examples/read-events.ts'
import type { LocalServer } from '../create-server.ts'
import { defineServer } from '../define-server.ts'

const newspaper = defineContract({
  name: 'newspaper',
  type: 'newspaper-operation',
  target: 'paper',
  version: '1.0.0',
  operations: {},
  notifications: { headline: z.object({ text: z.string() }) },
})

function start({ maxReplayedNotifications = 3 } = {}) {
  const time = createManualClock()
  const server = defineServer(newspaper, {}, { clock: time, maxReplayedNotifications })
  return { ...time, server, publish: (text: string) => server.notify('headline', { text }) }
}

const internal = { isLoopback: true }

async function listen(
  server: LocalServer,
  lastEventId?: string,
  peer: { isLoopback: boolean } = internal,
): Promise<AsyncGenerator<ReadEvent>> {
  const headers: HeadersInit = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  return readEvents(
    await server.fetch(new Request('http://newspaper.test/notifications', { headers }), peer),
  )
}

const typesOf = (events: readonly ReadEvent[]) => events.map(({ event }) => event)

const textsOf = (events: readonly ReadEvent[]) =>
  events.flatMap(({ data }) => {
    const parsed = z.object({ data: z.object({ text: z.string() }) }).safeParse(data)
    return parsed.success ? [parsed.data.data.text] : []
  })

it('starts with "stream-open" at the current position, followed by new notifications', async () => {
  const { server, publish } = start()
  const events = await listen(server)
  const [open] = await takeEvents(events, 1)
  expect(open).toMatchObject({ event: 'stream-open', id: expect.stringMatching(/^[\w-]+:0$/) })
  publish('Snow')
  expect(await takeEvents(events, 1)).toEqual([
    {
      event: 'headline',
      id: open?.id?.replace(/0$/, '1'),
      data: {
        id: expect.any(String),
        timestamp: expect.any(String),
        type: 'headline',
        data: { text: 'Snow' },
        metadata: { version: '1.0', source: 'newspaper' },
      },
    },
  ])
})

it('replays missed notifications in order to a listener that reconnects, then continues', async () => {
  const { server, publish } = start()
  const first = await listen(server)
  const [open] = await takeEvents(first, 1)
  await first.return(undefined)
  publish('one')
  publish('two')
  const resumed = await listen(server, open?.id)
  const missed = await takeEvents(resumed, 3)
  expect(typesOf(missed)).toEqual(['headline', 'headline', 'stream-open'])
  expect(textsOf(missed)).toEqual(['one', 'two'])
  publish('three')
  expect(textsOf(await takeEvents(resumed, 1))).toEqual(['three'])
})

it('starts with "server-restarted" if some of the missed notifications are no longer stored', async () => {
  const { server, publish } = start({ maxReplayedNotifications: 2 })
  const first = await listen(server)
  const [open] = await takeEvents(first, 1)
  for (const text of ['one', 'two', 'three']) publish(text)
  const resumed = await takeEvents(await listen(server, open?.id), 4)
  expect(typesOf(resumed)).toEqual(['server-restarted', 'headline', 'headline', 'stream-open'])
  expect(textsOf(resumed)).toEqual(['two', 'three'])
})

it('resumes from the id of "server-restarted"', async () => {
  const { server, publish } = start({ maxReplayedNotifications: 2 })
  await takeEvents(await listen(server), 1)
  for (const text of ['one', 'two', 'three']) publish(text)
  const [restarted] = await takeEvents(await listen(server, 'other:7'), 1)
  const resumed = await takeEvents(await listen(server, restarted?.id), 3)
  expect(typesOf(resumed)).toEqual(['headline', 'headline', 'stream-open'])
})

it.each(['other-instance:1', 'invalid', ':', 'a:b'])(
  'starts with "server-restarted" for the Last-Event-ID %s',
  async (lastEventId) => {
    const { server } = start()
    const events = await takeEvents(await listen(server, lastEventId), 2)
    expect(typesOf(events)).toEqual(['server-restarted', 'stream-open'])
  },
)

it('starts with "server-restarted" for a position in the future', async () => {
  const { server } = start()
  const [open] = await takeEvents(await listen(server), 1)
  const events = await listen(server, open?.id?.replace(/0$/, '9'))
  expect(typesOf(await takeEvents(events, 1))).toEqual(['server-restarted'])
})

it('sends external listeners only notifications for all sessions, because a session id grants access', async () => {
  const { server } = start()
  const external = await listen(server, undefined, { isLoopback: false })
  const internalEvents = await listen(server)
  await Promise.all([takeEvents(external, 1), takeEvents(internalEvents, 1)])
  server.notify('headline', { text: 'private' }, { sessionIds: ['s1'] })
  server.notify('headline', { text: 'public' })
  expect(textsOf(await takeEvents(external, 1))).toEqual(['public'])
  expect(textsOf(await takeEvents(internalEvents, 2))).toEqual(['private', 'public'])
})

it('sends a heartbeat every 15 seconds', async () => {
  const { server, advance } = start()
  const response = await server.fetch(new Request('http://newspaper.test/notifications'), internal)
  const reader = response.body?.getReader()
  await reader?.read()
  for (let second = 0; second < 15; second++) advance(1000)
  const { value } = (await reader?.read()) ?? {}
  expect(new TextDecoder().decode(value)).toBe(': heartbeat\n\n')
  await reader?.cancel()
})

it('releases a listener that disconnects', async () => {
  const { server, pending } = start()
  const events = await listen(server)
  await takeEvents(events, 1)
  expect(pending()).toBe(1)
  await events.return(undefined)
  expect(pending()).toBe(0)
})

it('ends its streams with a last event when it closes', async () => {
  const { server, pending } = start()
  const events = await listen(server)
  await takeEvents(events, 1)
  await server.close()
  expect(await takeEvents(events, 2)).toMatchObject([{ event: 'stream-closing' }])
  expect(pending()).toBe(0)
})

/**
 * Opens the stream through `fastRoute`, with a reader that reads everything or, if stalled, nothing.
 */
async function openRaw(server: LocalServer, isStalled: boolean, lastEventId?: string) {
  const reader = { received: 0, isDestroyed: false }
  const sink: ByteSink = {
    write(bytes) {
      reader.received += bytes.byteLength
      return isStalled ? reader.received : 0
    },
    end: () => {},
    destroy() {
      reader.isDestroyed = true
    },
  }
  const response = await runFast(server, {
    header: (name) => (name === 'last-event-id' ? lastEventId : undefined),
    body: new Uint8Array(),
    signal: new AbortController().signal,
    peer: internal,
  })
  if (response !== undefined && 'stream' in response) response.stream(sink)
  return reader
}

it('disconnects a listener with more than 256 KiB queued, and no other', async () => {
  const { server, publish } = start()
  const stalled = await openRaw(server, true)
  const fast = await openRaw(server, false)
  for (let count = 0; count < 100; count++) publish('x'.repeat(10_000))
  expect(stalled.isDestroyed).toBe(true)
  expect(stalled.received).toBeLessThan(300_000)
  expect(fast.isDestroyed).toBe(false)
  expect(fast.received).toBeGreaterThan(1_000_000)
})

it('does not disconnect a listener because of a large replay', async () => {
  const { server, publish } = start({ maxReplayedNotifications: 50 })
  const [open] = await takeEvents(await listen(server), 1)
  for (let count = 0; count < 50; count++) publish('x'.repeat(10_000))
  const reconnected = await openRaw(server, true, open?.id)
  publish('one more')
  expect(reconnected.received).toBeGreaterThan(500_000)
  expect(reconnected.isDestroyed).toBe(false)
})

it('stores at most one mebibyte for replay', async () => {
  const { server, publish } = start({ maxReplayedNotifications: 1000 })
  await takeEvents(await listen(server), 1)
  for (let count = 0; count < 200; count++) publish('x'.repeat(10_000))
  const reconnected = await openRaw(server, false, 'other:1')
  expect(reconnected.received).toBeLessThan(1_100_000)
})

function runFast(local: LocalServer, request: RawRequest) {
  const route = local.fastRoute('GET', '/notifications')
  return route && runRoute(route, request)
}
