import type { ByteSink } from '@mcp/http'
import { defineContract } from '@mcp/protocol'
import { expect, it } from 'vitest'
import * as z from 'zod'

import { createManualClock } from '../../examples/manual-clock.ts'
import type { ReadEvent } from '../../examples/read-events.ts'
import { readEvents, takeEvents } from '../../examples/read-events.ts'
import type { LocalServer } from '../create-server.ts'
import { defineServer } from '../define-server.ts'

const news = defineContract({
  name: 'news',
  type: 'news-operation',
  target: 'paper',
  version: '1.0.0',
  operations: {},
  notifications: { headline: z.object({ text: z.string() }) },
})

function start({ notificationRing = 3 } = {}) {
  const time = createManualClock()
  const server = defineServer(news, {}, { clock: time.clock, notificationRing })
  return { ...time, server, tell: (text: string) => server.notify('headline', { text }) }
}

const here = { isLoopback: true }

async function listen(
  server: LocalServer,
  lastEventId?: string,
  peer: { isLoopback: boolean } = here,
): Promise<AsyncGenerator<ReadEvent>> {
  const headers: HeadersInit = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  return readEvents(
    await server.fetch(new Request('http://news.test/notifications', { headers }), peer),
  )
}

const titles = (events: readonly ReadEvent[]) => events.map(({ event }) => event)

const textsOf = (events: readonly ReadEvent[]) =>
  events.flatMap(({ data }) => {
    const parsed = z.object({ data: z.object({ text: z.string() }) }).safeParse(data)
    return parsed.success ? [parsed.data.data.text] : []
  })

it('begins with "stream-open" at the current position, then tells what comes', async () => {
  const { server, tell } = start()
  const events = await listen(server)
  const [open] = await takeEvents(events, 1)
  expect(open).toMatchObject({ event: 'stream-open', id: expect.stringMatching(/^[\w-]+:0$/) })
  tell('Snow')
  expect(await takeEvents(events, 1)).toEqual([
    {
      event: 'headline',
      id: open?.id?.replace(/0$/, '1'),
      data: {
        id: expect.any(String),
        timestamp: expect.any(String),
        type: 'headline',
        data: { text: 'Snow' },
        metadata: { version: '1.0', source: 'news' },
      },
    },
  ])
})

it('tells a listener that comes back what it missed, in order, then goes on', async () => {
  const { server, tell } = start()
  const first = await listen(server)
  const [open] = await takeEvents(first, 1)
  await first.return(undefined)
  tell('one')
  tell('two')
  const again = await listen(server, open?.id)
  const missed = await takeEvents(again, 3)
  expect(titles(missed)).toEqual(['headline', 'headline', 'stream-open'])
  expect(textsOf(missed)).toEqual(['one', 'two'])
  tell('three')
  expect(textsOf(await takeEvents(again, 1))).toEqual(['three'])
})

it('says "server-restarted" first where some of what was missed is gone', async () => {
  const { server, tell } = start({ notificationRing: 2 })
  const first = await listen(server)
  const [open] = await takeEvents(first, 1)
  for (const text of ['one', 'two', 'three']) tell(text)
  const again = await takeEvents(await listen(server, open?.id), 4)
  expect(titles(again)).toEqual(['server-restarted', 'headline', 'headline', 'stream-open'])
  expect(textsOf(again)).toEqual(['two', 'three'])
})

it('can be resumed from the "server-restarted" itself', async () => {
  const { server, tell } = start({ notificationRing: 2 })
  await takeEvents(await listen(server), 1)
  for (const text of ['one', 'two', 'three']) tell(text)
  const [restarted] = await takeEvents(await listen(server, 'other:7'), 1)
  const again = await takeEvents(await listen(server, restarted?.id), 3)
  expect(titles(again)).toEqual(['headline', 'headline', 'stream-open'])
})

it.each(['other-instance:1', 'nonsense', ':', 'a:b'])(
  'says "server-restarted" first to who comes back from %s',
  async (lastEventId) => {
    const { server } = start()
    const events = await takeEvents(await listen(server, lastEventId), 2)
    expect(titles(events)).toEqual(['server-restarted', 'stream-open'])
  },
)

it('says "server-restarted" for a position that is yet to come', async () => {
  const { server } = start()
  const [open] = await takeEvents(await listen(server), 1)
  const events = await listen(server, open?.id?.replace(/0$/, '9'))
  expect(titles(await takeEvents(events, 1))).toEqual(['server-restarted'])
})

it('tells a stranger only what is for all, since the id of a session grants access to it', async () => {
  const { server } = start()
  const strangers = await listen(server, undefined, { isLoopback: false })
  const trusted = await listen(server)
  await Promise.all([takeEvents(strangers, 1), takeEvents(trusted, 1)])
  server.notify('headline', { text: 'private' }, { sessionIds: ['s1'] })
  server.notify('headline', { text: 'public' })
  expect(textsOf(await takeEvents(strangers, 1))).toEqual(['public'])
  expect(textsOf(await takeEvents(trusted, 2))).toEqual(['private', 'public'])
})

it('sends a heartbeat every 15 seconds', async () => {
  const { server, advance } = start()
  const response = await server.fetch(new Request('http://news.test/notifications'), here)
  const reader = response.body?.getReader()
  await reader?.read()
  for (let second = 0; second < 15; second++) advance(1000)
  const { value } = (await reader?.read()) ?? {}
  expect(new TextDecoder().decode(value)).toBe(': heartbeat\n\n')
  await reader?.cancel()
})

it('forgets a listener that leaves', async () => {
  const { server, pending } = start()
  const events = await listen(server)
  await takeEvents(events, 1)
  expect(pending()).toBe(1)
  await events.return(undefined)
  expect(pending()).toBe(0)
})

it('ends its streams when it closes', async () => {
  const { server, pending } = start()
  const events = await listen(server)
  await takeEvents(events, 1)
  await server.close()
  expect(await takeEvents(events, 1)).toEqual([])
  expect(pending()).toBe(0)
})

/** Listens by the short way, with a reader that takes nothing, or everything. */
async function listenByHand(server: LocalServer, isStalled: boolean, lastEventId?: string) {
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
  const answer = await server.fastRoute(
    'GET',
    '/notifications',
  )?.({
    header: (name) => (name === 'last-event-id' ? lastEventId : undefined),
    body: new Uint8Array(),
    signal: new AbortController().signal,
    peer: here,
  })
  if (answer !== undefined && 'stream' in answer) answer.stream(sink)
  return reader
}

it('cuts off a listener that lets more than 256 KiB wait, and no other', async () => {
  const { server, tell } = start()
  const stalled = await listenByHand(server, true)
  const brisk = await listenByHand(server, false)
  for (let told = 0; told < 100; told++) tell('x'.repeat(10_000))
  expect(stalled.isDestroyed).toBe(true)
  expect(stalled.received).toBeLessThan(300_000)
  expect(brisk.isDestroyed).toBe(false)
  expect(brisk.received).toBeGreaterThan(1_000_000)
})

it('does not take a listener for a slow one because it missed a lot', async () => {
  const { server, tell } = start({ notificationRing: 50 })
  const [open] = await takeEvents(await listen(server), 1)
  for (let told = 0; told < 50; told++) tell('x'.repeat(10_000))
  const back = await listenByHand(server, true, open?.id)
  tell('one more')
  expect(back.received).toBeGreaterThan(500_000)
  expect(back.isDestroyed).toBe(false)
})

it('keeps no more than a mebibyte for those who come back', async () => {
  const { server, tell } = start({ notificationRing: 1000 })
  await takeEvents(await listen(server), 1)
  for (let told = 0; told < 200; told++) tell('x'.repeat(10_000))
  const back = await listenByHand(server, false, 'other:1')
  expect(back.received).toBeLessThan(1_100_000)
})
