import { createDispatcher } from '@mcp/dispatcher'
import { createOfflinePlanner } from '@mcp/offline-planner'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import { createNotification } from '@mcp/protocol'
import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'
import { afterEach, expect, it } from 'vitest'

import { createWebClient } from '../web-client.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function start() {
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const sessionManager = createSessionManager({ dispatcher })
  const service = createWebClient({
    sessionManagerUrl: 'http://session-manager',
    fetch: (request) => sessionManager.fetch(request),
    llm: createOfflinePlanner(),
  })
  closing.push(
    () => dispatcher.close(),
    () => sessionManager.close(),
    () => service.close(),
  )
  const { sessionId } = await sessionManager.openSession()
  const send = (path: string, headers: Record<string, string> = {}) =>
    service.fetch(
      new Request(`http://client${path}`, { headers: { 'x-session-id': sessionId, ...headers } }),
    )
  const add = () =>
    service.fetch(
      new Request('http://client/tools/execute', {
        method: 'POST',
        headers: { 'x-session-id': sessionId, 'content-type': 'application/json' },
        body: JSON.stringify({ tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } }),
      }),
    )
  const notify = (number: number) =>
    sessionManager.publish(sessionId, createNotification('note-added', { number }))
  return { service, send, add, notify }
}

function readerOf(response: Response) {
  const events: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => events.push(event) })
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  return {
    /** Returns the next event that matches. */
    async next(matches: (event: EventSourceMessage) => boolean = () => true) {
      for (;;) {
        const event = events.shift()
        if (event !== undefined && matches(event)) return event
        if (event !== undefined) continue
        const read = await reader?.read()
        if (read === undefined || read.done) return undefined
        parser.feed(decoder.decode(read.value, { stream: true }))
      }
    },
    cut: () => reader?.cancel(),
  }
}

/** Whether an event is a notification of a type, or an entry of the activity. */
const typed = (type: string) => (event: EventSourceMessage) =>
  (JSON.parse(event.data).type ?? event.event) === type

it('carries several sources on one connection, each with its own position', async () => {
  const { send, add, notify } = await start()
  const stream = readerOf(await send('/stream?session=1&activity=1'))
  await stream.next(typed('stream-open'))
  await stream.next(typed('stream-open'))
  await notify(1)
  await add()
  const note = await stream.next(typed('note-added'))
  expect(Object.fromEntries(new URLSearchParams(note?.id))).toHaveProperty('session')
  const entry = await stream.next(typed('activity'))
  expect(JSON.parse(entry?.data ?? '')).toMatchObject({ seq: 1 })
  expect(new URLSearchParams(entry?.id).get('activity')).toBe('1')
  expect(new URLSearchParams(entry?.id).has('session')).toBe(true)
  await stream.cut()
})

it('resumes each source at its position', async () => {
  const { send, add, notify } = await start()
  const stream = readerOf(await send('/stream?session=1&activity=1'))
  await stream.next(typed('stream-open'))
  await stream.next(typed('stream-open'))
  await notify(1)
  await stream.next(typed('note-added'))
  const seen: string[] = []
  let lastId = (await stream.next(typed('activity')))?.id ?? ''
  await stream.cut()
  for (let round = 2; round < 6; round++) {
    await notify(round)
    await add()
    const resumed = readerOf(
      await send('/stream?session=1&activity=1', { 'last-event-id': lastId }),
    )
    let count = 0
    // A notification, its activity, a request and a response.
    while (count < 4) {
      const event = await resumed.next(
        (event) => typed('activity')(event) || typed('note-added')(event),
      )
      count++
      lastId = event?.id ?? ''
      const data = JSON.parse(event?.data ?? '')
      seen.push(event?.event === 'activity' ? `seq ${data.seq}` : `note ${data.data.number}`)
    }
    await resumed.cut()
  }
  expect(seen.toSorted()).toEqual(
    [
      ...[2, 3, 4, 5].map((number) => `note ${number}`),
      ...Array.from({ length: 12 }, (_, index) => `seq ${index + 2}`),
    ].toSorted(),
  )
})

it.each([
  ['/stream', {}, 400],
  ['/stream?runs=run-1', {}, 404],
  ['/stream?runs=run-1', { 'last-event-id': 'runs=x' }, 400],
  [`/stream?runs=${Array.from({ length: 21 }, (_, index) => `run-${index}`).join(',')}`, {}, 400],
  ['/stream?session=1', { 'last-event-id': '42' }, 400],
  ['/stream?session=1', { 'last-event-id': 'other=1' }, 400],
  ['/stream?session=1', { 'last-event-id': 'session=x' }, 400],
  ['/stream?activity=1', { 'last-event-id': 'activity=x' }, 400],
  ['/stream?session=1', { 'x-session-id': `ses-${'0'.repeat(40)}` }, 404],
  ['/activity?cursor=x', {}, 400],
  ['/activity/77', {}, 404],
])('refuses %s with %j', async (path, headers, status) => {
  const { send } = await start()
  expect((await send(path, headers)).status).toBe(status)
})

it('reports a gap for a position from the future', async () => {
  const { send } = await start()
  const stream = readerOf(await send('/stream?activity=1', { 'last-event-id': 'activity=99' }))
  const gap = await stream.next()
  expect(gap?.event).toBe('activity')
  expect(JSON.parse(gap?.data ?? '')).toMatchObject({ type: 'stream-gap' })
  await stream.cut()
})

it('ends with stream-closing when the service closes', async () => {
  const { service, send } = await start()
  const stream = readerOf(await send('/stream?session=1'))
  await stream.next(typed('stream-open'))
  await service.close()
  expect(await stream.next()).toMatchObject({ event: 'stream-closing' })
  expect(await stream.next()).toBeUndefined()
})

it('returns the activity of the session as pages, and streams it', async () => {
  const { send, add } = await start()
  await add()
  const page = await (await send('/activity?limit=1')).json()
  expect(page).toMatchObject({ entries: [{ seq: 1, kind: 'request' }], nextCursor: '1' })
  expect(await (await send('/activity/2')).json()).toMatchObject({ seq: 2, status: 'success' })
  const headers = { accept: 'text/event-stream', 'last-event-id': '1' }
  const stream = readerOf(await send('/activity', headers))
  expect(await stream.next(typed('activity'))).toMatchObject({ id: '2' })
  await stream.cut()
})
