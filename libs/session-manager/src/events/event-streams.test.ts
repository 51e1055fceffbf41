import { createNotification, McpError } from '@mcp/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createMemoryStores } from '../store/memory/memory-stores.ts'
import type { SignalBus } from '../store/signal-bus.ts'
import type { ManualClock } from '@mcp/protocol/testing'
import type { TestManager, TestServer } from '../test-manager.fixture.ts'
import { createManualClock } from '@mcp/protocol/testing'
import { createTestManager, createTestServer, numbersOf, take } from '../test-manager.fixture.ts'

let clock: ManualClock
let notes: TestServer
let service: TestManager
let id: string

beforeEach(async () => {
  clock = createManualClock()
  notes = createTestServer({ add: { run: () => ({}) } })
  service = createTestManager({ servers: [notes], clock })
  id = await service.open()
})

afterEach(() => service.close())

function publish(number: number, to = id): Promise<void> {
  return service.manager.publish(to, createNotification('note-added', { number }))
}

describe('a new stream', () => {
  it('emits its position, then every new event', async () => {
    await publish(1)
    const reader = await service.events(id)
    const open = await reader.next()
    await publish(2)
    const next = await reader.next()

    expect(open).toMatchObject({ event: 'stream-open', id: '1', data: { type: 'stream-open' } })
    expect(next).toMatchObject({ event: 'note-added', id: '2' })
    expect(next?.data).toMatchObject({ type: 'note-added', data: { number: 2 } })
    await reader.cut()
  })

  it('can be resumed from its first position', async () => {
    const reader = await service.events(id)
    const open = await reader.next()
    await reader.cut()
    await publish(1)

    const resumed = await service.events(id, open?.id)
    expect(numbersOf(await take(resumed, 2))).toEqual([1])
    await resumed.cut()
  })

  it('sends a heartbeat within 15 seconds', async () => {
    const response = await service.call('GET', `/sessions/${id}/events`)
    const reader = response.body?.getReader()
    await reader?.read()
    clock.advance(15_000)
    const beat = await reader?.read()
    expect(new TextDecoder().decode(beat?.value)).toBe(': heartbeat\n\n')
    await reader?.cancel()
  })
})

it('does not open a stream for a HEAD request', async () => {
  const response = await service.call('HEAD', `/sessions/${id}/events`)
  expect(response.status).toBe(200)
  expect(service.metrics.valueOf('mcp_streams_open')).toBe(0)
})

describe('a resumed stream', () => {
  it('replays missed events in order, then emits stream-open without an id', async () => {
    for (const number of [1, 2, 3]) await publish(number)
    const reader = await service.events(id, '1')
    const events = await take(reader, 3)
    await publish(4)
    const live = await reader.next()

    expect(numbersOf(events)).toEqual([2, 3])
    expect(events[2]).toMatchObject({ event: 'stream-open', id: undefined })
    expect(live).toMatchObject({ event: 'note-added', id: '4' })
    await reader.cut()
  })

  it('accepts the position in the query', async () => {
    await publish(1)
    const response = await service.call('GET', `/sessions/${id}/events?lastEventId=0`)
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    await response.body?.cancel()
  })

  it('loses and repeats nothing when it is disconnected 20 times while 1,000 events are published', async () => {
    const seen: unknown[] = []
    let position = '0'
    let published = 0
    for (let cut = 0; cut < 20; cut++) {
      const reader = await service.events(id, position)
      for (let count = 0; count < 50; count++) {
        // Events and broadcasts share one order.
        await publish(published++, count % 3 === 0 ? 'all' : id)
      }
      for (const event of await take(reader, 37)) {
        seen.push(...numbersOf([event]))
        position = event.id ?? position
      }
      await reader.cut()
    }
    const last = await service.events(id, position)
    while (seen.length < 1000) seen.push(...numbersOf(await take(last, 1)))

    expect(seen).toEqual(Array.from({ length: 1000 }, (_, number) => number))
    await last.cut()
  })

  it('emits stream-gap if the log no longer contains the missed events', async () => {
    const stores = createMemoryStores({ limits: { maxEvents: 2 } })
    const small = createTestManager({ stores, clock })
    const session = await small.open()
    for (let number = 1; number <= 5; number++) {
      await small.manager.publish(session, createNotification('note-added', { number }))
    }
    const reader = await small.events(session, '1')
    const [gap, ...rest] = await take(reader, 4)

    expect(gap).toMatchObject({ event: 'stream-gap', data: { data: { after: '1', before: '4' } } })
    expect(numbersOf(rest)).toEqual([4, 5])
    await reader.cut()
    await small.close()
  })

  it('emits stream-gap for a position ahead of the log', async () => {
    const reader = await service.events(id, '999')
    expect(await reader.next()).toMatchObject({ event: 'stream-gap' })
    await publish(1)
    expect(numbersOf(await take(reader, 2))).toEqual([1])
    await reader.cut()
  })

  it('returns 400 for an invalid position', async () => {
    const response = await service.call('GET', `/sessions/${id}/events`, undefined, {
      'last-event-id': 'abc',
    })
    expect(response.status).toBe(400)
  })
})

describe('streams', () => {
  it('receive every event of their session and no other', async () => {
    const other = await service.open()
    const first = await service.events(id)
    const second = await service.events(id)
    const third = await service.events(other)
    await publish(1)
    await publish(2, 'all')
    expect(numbersOf(await take(first, 3))).toEqual([1, 2])
    expect(numbersOf(await take(second, 3))).toEqual([1, 2])
    expect(numbersOf(await take(third, 2))).toEqual([2])
    for (const reader of [first, second, third]) await reader.cut()
  })

  it('end with session-closed when the session is closed', async () => {
    const reader = await service.events(id)
    await reader.next()
    await service.call('DELETE', `/sessions/${id}`)
    expect(await reader.next()).toMatchObject({
      event: 'session-closed',
      data: { data: { sessionId: id, reason: 'closed' } },
    })
    expect(await reader.next()).toBeUndefined()
  })

  it('end with session-expired when another replica expires the session', async () => {
    const stores = createMemoryStores()
    const here = createTestManager({ stores, clock })
    const session = await here.open()
    const reader = await here.events(session)
    await reader.next()
    await stores.sessions.end(session, 'expired', clock.now() + 100_000_000)
    expect(await reader.next()).toMatchObject({ event: 'session-expired' })
    await here.close()
  })

  it.each(['closed', 'expired'] as const)(
    'end if the session is %s between the check of access and the subscription',
    async (reason) => {
      const stores = createMemoryStores()
      const signals: SignalBus = {
        ...stores.signals,
        subscribe(key, listener) {
          if (key !== undefined) void stores.sessions.end(key, reason, clock.now() + 100_000_000)
          return stores.signals.subscribe(key, listener)
        },
      }
      const here = createTestManager({ stores: { ...stores, signals }, clock })
      const session = await here.open()
      const reader = await here.events(session)
      expect(await reader.next()).toMatchObject({
        event: `session-${reason}`,
        data: { data: { sessionId: session, reason } },
      })
      expect(await reader.next()).toBeUndefined()
      await here.close()
    },
  )

  it('end if the log cannot be read', async () => {
    const stores = createMemoryStores()
    const read = () => Promise.reject(new McpError('unavailable', 'The store is away.'))
    const here = createTestManager({
      stores: { ...stores, events: { ...stores.events, read } },
      clock,
      onError: () => {},
    })
    const reader = await here.events(await here.open())
    expect(await reader.next()).toBeUndefined()
    await here.close()
  })

  it('end with stream-closing when the session manager shuts down', async () => {
    const reader = await service.events(id)
    await reader.next()
    await service.manager.close()
    expect(await reader.next()).toMatchObject({ event: 'stream-closing' })
    expect(await reader.next()).toBeUndefined()
  })

  it('are limited in number per session', async () => {
    const small = createTestManager({ limits: { maxStreamsPerSession: 1 } })
    const session = await small.open()
    const reader = await small.events(session)
    const refused = await small.call('GET', `/sessions/${session}/events`)
    expect(refused.status).toBe(429)
    await reader.cut()
    const again = await small.call('GET', `/sessions/${session}/events`)
    expect(again.status).toBe(200)
    await again.body?.cancel()
    await small.close()
  })

  it('are limited in number per authenticated caller, in all its sessions', async () => {
    const authenticate = ({
      header,
    }: {
      header(this: void, name: string): string | undefined
    }) => ({
      id: header('x-user') ?? 'nobody',
    })
    const small = createTestManager({ authenticate, limits: { maxStreamsPerOwner: 2 } })
    const openAs = async (user: string, path: string) => {
      const headers = { 'x-user': user, accept: 'text/event-stream' }
      const session = await small.open({}, headers)
      return small.call('GET', `/sessions/${session}/${path}`, undefined, headers)
    }
    const first = await openAs('ann', 'events')
    const second = await openAs('ann', 'activity')
    const refused = await openAs('ann', 'events')
    expect(refused.status).toBe(429)
    expect(await refused.text()).toContain('All 2 streams of this caller are open')
    expect((await openAs('ann', 'activity')).status).toBe(429)
    const other = await openAs('bob', 'events')
    expect(other.status).toBe(200)
    await second.body?.cancel()
    const again = await openAs('ann', 'events')
    expect(again.status).toBe(200)
    for (const open of [first, other, again]) await open.body?.cancel()
    await small.close()
  })

  it('return 404 for an ended session', async () => {
    await service.call('DELETE', `/sessions/${id}`)
    const response = await service.call('GET', `/sessions/${id}/events`)
    expect(response.status).toBe(404)
  })

  it('deliver events that another replica appends', async () => {
    const stores = createMemoryStores()
    const here = createTestManager({ stores })
    const there = createTestManager({ stores })
    const session = await here.open()
    const reader = await there.events(session)
    await reader.next()
    await here.manager.publish(session, createNotification('note-added', { number: 1 }))
    await here.manager.publish('all', createNotification('note-added', { number: 2 }))
    expect(numbersOf(await take(reader, 2))).toEqual([1, 2])
    await reader.cut()
    await here.close()
    await there.close()
  })
})
