import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { Signal } from './signal-bus.ts'
import type { Stores } from './stores.ts'
import type { CreateStores } from './stores-under-test.contract.ts'
import { newEvent, start, useStores } from './stores-under-test.contract.ts'

/**
 * Verifies that two session managers on one backend share their state. The stores under test must have
 * `openReplica`.
 *
 * @example
 * itSharesStores('Redis', (limits) => startRedisStores(limits))
 */
export function itSharesStores(name: string, createStores: CreateStores): void {
  describe(`${name}: two stores on one backend`, () => {
    const here = useStores(createStores)
    let there: Stores
    const response = { status: 200, body: '{"result":5}' }
    const request = { requestId: 'r', fingerprint: 1, at: start, rerunLost: false }

    beforeEach(async () => {
      there = await here.openReplica()
      await here.open('a')
    })

    /** Returns the signals that the other replica receives. */
    async function listenThere(sessionId?: string): Promise<Signal[]> {
      const received: Signal[] = []
      await there.signals.subscribe(sessionId, (signal) => received.push(signal)).ready
      return received
    }

    it('delivers every event after a subscription is ready', async () => {
      const received = await listenThere('a')
      for (let id = 1; id <= 20; id++) await here.events.append('a', newEvent(String(id)))
      await vi.waitFor(() => expect(received).toHaveLength(20))
      const ids = received.map((signal) => signal.type === 'appended' && signal.event.id)
      expect(ids).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 1)))
    })

    it('continues one sequence of cursors for the events of both', async () => {
      const received = await listenThere('a')
      for (let id = 1; id <= 4; id++) {
        await (id % 2 === 0 ? here : there).events.append('a', newEvent(String(id)))
      }
      await vi.waitFor(() => expect(received).toHaveLength(4))
      let cursor: string | undefined = here.cursorOf('a')
      for (const signal of received) {
        if (signal.type !== 'appended' || cursor === undefined) continue
        cursor = there.events.advance(cursor, signal.event)
      }
      expect((await here.events.read('a', cursor, 10))?.events).toEqual([])
      const page = await there.events.read('a', here.cursorOf('a'), 10)
      expect(page?.events.map(({ id }) => id)).toEqual(['1', '2', '3', '4'])
    })

    it('appends a notification of both once', async () => {
      const results = await Promise.all([
        here.events.append('a', newEvent('1')),
        there.events.append('a', newEvent('1')),
        here.events.append(undefined, newEvent('2')),
        there.events.append(undefined, newEvent('2')),
      ])
      expect(results.filter((cursor) => cursor === false)).toHaveLength(2)
    })

    it('grants an id to one of them, and gives its response to the other', async () => {
      const received = await listenThere()
      expect(await here.claim('a', 'r')).toMatchObject({ type: 'claimed' })
      expect(await there.responses.claim('a', request)).toMatchObject({ type: 'in-flight' })
      await here.settle('a', 'r', response)
      await vi.waitFor(() =>
        expect(received).toContainEqual({ type: 'settled', sessionId: 'a', requestId: 'r' }),
      )
      const found = await there.responses.claim('a', request)
      expect(found).toMatchObject({ type: 'settled', response })
    })

    it('reports a freed id to the other', async () => {
      const received = await listenThere()
      await here.claim('a', 'r')
      await there.responses.claim('a', request)
      await here.settle('a', 'r')
      await vi.waitFor(() => expect(received).toMatchObject([{ type: 'settled' }]))
      expect(await there.responses.claim('a', request)).toMatchObject({ type: 'claimed' })
    })

    it('finds the claims of a replica that ended, and runs idempotent ones again', async () => {
      const claimed = await there.responses.claim('a', request)
      const ticket = claimed.type === 'claimed' ? claimed.ticket : ''
      expect(await here.claim('a', 'r')).toMatchObject({ type: 'in-flight' })
      await there.close()
      await vi.waitFor(
        async () => expect(await here.claim('a', 'r')).toMatchObject({ type: 'lost' }),
        { timeout: 10_000 },
      )
      expect(await here.claim('a', 'r', 2, { rerunLost: true })).toMatchObject({ type: 'lost' })
      const again = await here.claim('a', 'r', 1, { rerunLost: true })
      expect(again).toMatchObject({ type: 'claimed' })

      // A holder that was only slow may still settle. Its ticket is no longer valid.
      await here.responses.settle('a', { requestId: 'r', ticket }, start, response)
      expect(await here.claim('a', 'r')).toMatchObject({ type: 'in-flight' })
      await here.settle('a', 'r', { status: 200, body: '"own"' })
      expect(await here.claim('a', 'r')).toMatchObject({ response: { body: '"own"' } })
    })

    it('returns the servers that both added when the session ends, once', async () => {
      await here.sessions.addServer('a', 'tools')
      await there.sessions.addServer('a', 'database')
      const ends = await Promise.all([
        here.sessions.end('a', 'closed', start),
        there.sessions.end('a', 'closed', start),
      ])
      const ended = ends.filter((session) => session !== undefined)
      expect(ended).toMatchObject([{ servers: ['database', 'tools'] }])
      expect(await there.sessions.addServer('a', 'tools')).toBe(false)
    })

    it('ends expired sessions once, although both sweep', async () => {
      const ids = Array.from({ length: 50 }, (_, index) => `s-${index}`)
      for (const id of ids) await here.open(id, { ttlMs: 15_000 })
      const received = await listenThere()
      const ended: string[] = []
      const sweep = async ({ sessions }: Pick<Stores, 'sessions'>): Promise<void> => {
        const swept = await sessions.sweep(start + 20_000, () => false)
        ended.push(...swept.ended.map(({ id }) => id))
        if (swept.hasMore) await sweep({ sessions })
      }
      await Promise.all([sweep(here), sweep(there)])
      await Promise.all([sweep(here), sweep(there)])
      expect(ended.toSorted()).toEqual(ids.toSorted())
      await vi.waitFor(() => expect(received).toHaveLength(50))
    })

    it('keeps a session that the other one touched', async () => {
      await here.open('touched', { ttlMs: 15_000 })
      await here.open('idle', { ttlMs: 15_000 })
      there.sessions.touch('touched', start + 10_000)
      await vi.waitFor(async () =>
        expect(await here.sessions.read('touched')).toMatchObject({ lastActivity: start + 10_000 }),
      )
      expect(await here.sweep(start + 20_000)).toEqual(['idle'])
    })

    it('resolves an interaction once, and returns the content to the other', async () => {
      const interaction = {
        id: 'int-1',
        requestId: 'r',
        kind: 'elicitation',
        message: 'Which?',
        expiresAt: start + 1000,
      }
      await here.interactions.add('a', interaction)
      const resolution = { action: 'accept', content: { name: 'Ada' } } as const
      expect(await there.interactions.resolve('a', 'int-1', resolution)).toEqual(interaction)
      const expire = await here.interactions.resolve('a', 'int-1', { action: 'expire' })
      expect(expire).toEqual(resolution)
      await vi.waitFor(() =>
        expect(here.published).toMatchObject([{ type: 'resolved', resolution }]),
      )
    })

    it('lists the sessions of both', async () => {
      await here.open('b', { owner: 'ada' })
      await there.sessions.create({
        id: 'c',
        clientId: 'c',
        owner: 'ada',
        metadata: '{}',
        createdAt: start,
        ttlMs: 15_000,
      })
      const first = await there.sessions.list('ada', 1)
      const second = await here.sessions.list('ada', 1, first.nextCursor)
      expect([...first.sessions, ...second.sessions].map(({ id }) => id)).toEqual(['b', 'c'])
    })
  })
}
