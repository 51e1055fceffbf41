import { beforeEach, describe, expect, it } from 'vitest'

import type { StoredEvent } from './event-store.ts'
import type { Signal } from './signal-bus.ts'
import type { CreateStores } from './stores-under-test.contract.ts'
import { newEvent, start, textOfBytes, useStores } from './stores-under-test.contract.ts'

/**
 * Verifies the behaviour of an `EventStore`.
 *
 * @example
 * itIsAnEventStore('memory', (limits) => ({ stores: createMemoryStores({ limits }) }))
 */
export function itIsAnEventStore(name: string, createStores: CreateStores): void {
  describe(`${name}: EventStore`, () => {
    const stores = useStores(createStores)

    const readFrom = async (sessionId: string, after = stores.cursorOf(sessionId), limit = 10) =>
      stores.events.read(sessionId, after, limit)

    async function idsAfter(sessionId: string, after?: string, limit?: number) {
      const page = await readFrom(sessionId, after, limit)
      return page?.events.map(({ id }) => id)
    }

    beforeEach(() => stores.open('a'))

    it('returns events and broadcasts in the order in which they were appended', async () => {
      await stores.events.append('a', newEvent('1'))
      await stores.events.append(undefined, newEvent('2'))
      await stores.events.append('a', newEvent('3'))
      const page = await readFrom('a')
      expect(page?.events.map(({ id }) => id)).toEqual(['1', '2', '3'])
      expect(page).toMatchObject({ hasMore: false })
      expect(page?.gapBefore).toBeUndefined()
      const cursors = page?.events.map(({ cursor }) => cursor) ?? []
      expect(new Set(cursors).size).toBe(3)
      expect(page?.cursor).toBe(cursors.at(-1))
      for (const [index, cursor] of cursors.entries()) {
        expect(await idsAfter('a', cursor)).toEqual(['1', '2', '3'].slice(index + 1))
      }
    })

    it('does nothing for an unknown session', async () => {
      expect(await stores.events.append('none', newEvent('n'))).toBeUndefined()
      expect(await stores.events.read('none', '0', 10)).toBeUndefined()
      expect(await stores.events.read('none', undefined, 0)).toBeUndefined()
    })

    it('continues after a position, up to the limit', async () => {
      for (const id of ['1', '2', '3', '4']) await stores.events.append('a', newEvent(id))
      const first = await readFrom('a', undefined, 1)
      expect(first).toMatchObject({ hasMore: true, cursor: first?.events[0]?.cursor })
      const next = await readFrom('a', first?.cursor, 2)
      expect(next?.events.map(({ id }) => id)).toEqual(['2', '3'])
      const last = await readFrom('a', next?.cursor, 2)
      expect(last).toMatchObject({ events: [{ id: '4' }], hasMore: false })
      const fromNow = await stores.events.read('a', undefined, 10)
      expect(fromNow).toMatchObject({ events: [], hasMore: false, cursor: last?.cursor })
    })

    it('appends a notification once per log', async () => {
      expect(await stores.events.append('a', newEvent('1'))).toEqual(expect.any(String))
      expect(await stores.events.append('a', newEvent('1'))).toBe(false)
      expect(await stores.events.append(undefined, newEvent('1'))).toEqual(expect.any(String))
      expect(await stores.events.append(undefined, newEvent('1'))).toBe(false)
    })

    it('excludes broadcasts from before the session was created', async () => {
      await stores.events.append(undefined, newEvent('before'))
      await stores.open('late')
      await stores.events.append(undefined, newEvent('after'))
      const page = await readFrom('late')
      expect(page?.events.map(({ id }) => id)).toEqual(['after'])
      expect(page?.gapBefore).toBeUndefined()
    })

    it('restricts a broadcast about a server to the sessions that used it', async () => {
      await stores.open('user')
      await stores.sessions.addServer('user', 'tools')
      await stores.events.append(undefined, { ...newEvent('restart'), server: 'tools' })
      expect(await idsAfter('user')).toEqual(['restart'])
      expect(await idsAfter('a')).toEqual([])
    })

    it('fills a page although many broadcasts are for other sessions', async () => {
      for (const id of ['1', '2', '3']) {
        await stores.events.append(undefined, { ...newEvent(id), server: 'tools' })
      }
      await stores.events.append(undefined, newEvent('4'))
      expect(await idsAfter('a', undefined, 2)).toEqual(['4'])
    })

    it('reports the gap if it trimmed events after the requested position', async () => {
      for (let id = 1; id <= 8; id++) await stores.events.append('a', newEvent(String(id)))
      const page = await readFrom('a')
      expect(page?.events.map(({ id }) => id)).toEqual(['4', '5', '6', '7', '8'])
      expect(page?.gapBefore).toBe(page?.events[0]?.cursor)
      const complete = await readFrom('a', page?.events[0]?.cursor)
      expect(complete?.gapBefore).toBeUndefined()
      expect((await readFrom('a', page?.cursor))?.gapBefore).toBeUndefined()
    })

    it.each(['x', 'ä', '語', '😀'])('trims by the size in bytes: %s', async (text) => {
      for (const id of ['1', '2', '3', '4']) {
        await stores.events.append('a', { ...newEvent(id), data: textOfBytes(text, 3334) })
      }
      expect(await idsAfter('a')).toEqual(['3', '4'])
    })

    it('trims by age', async () => {
      await stores.events.append('a', newEvent('1'))
      await stores.events.append(undefined, newEvent('2'))
      await stores.sweep(start + 1_000_000)
      const page = await readFrom('a')
      expect(page?.events).toEqual([])
      expect(page?.gapBefore).toBeDefined()
      expect((await readFrom('a', page?.cursor))?.gapBefore).toBeUndefined()
    })

    it('reports a gap for a cursor ahead of the log, or of another store', async () => {
      await stores.events.append('a', newEvent('1'))
      for (const cursor of ['9007199254740991', '9007199254740991.0', '1.9007199254740991']) {
        const page = await readFrom('a', cursor)
        expect(page).toMatchObject({ events: [], hasMore: false, gapBefore: expect.any(String) })
        expect((await readFrom('a', page?.cursor))?.gapBefore).toBeUndefined()
      }
    })

    it('advances a cursor by events in order, and not by repeated ones', async () => {
      const received: StoredEvent[] = []
      const receive = (signal: Signal) => {
        if (signal.type === 'appended') received.push(signal.event)
      }
      await stores.signals.subscribe('a', receive).ready
      await stores.signals.subscribe(undefined, receive).ready
      for (const to of ['a', undefined, 'a']) {
        await stores.events.append(to, newEvent(String(received.length)))
        await stores.receiveAll('a')
      }
      let cursor = stores.cursorOf('a')
      for (const event of received) {
        const next = stores.events.advance(cursor, event) ?? ''
        expect(next).not.toBe(cursor)
        expect(stores.events.advance(next, event)).toBe(next)
        cursor = next
      }
      expect(await readFrom('a', cursor)).toMatchObject({ events: [], cursor })
      expect(received).toHaveLength(3)
    })

    it('trims by age after the log was trimmed completely', async () => {
      await stores.events.append('a', newEvent('1'))
      await stores.sweep(start + 1_000_000)
      await stores.events.append('a', { ...newEvent('2'), at: start + 1_001_000 })
      await stores.sweep(start + 1_600_999)
      expect(await idsAfter('a')).toEqual(['2'])
      await stores.sweep(start + 3_000_000)
      expect(await idsAfter('a')).toEqual([])
    })

    it('publishes an event to the subscribers of its session, or of broadcasts', async () => {
      const received: Signal[] = []
      const { ready, stop } = stores.signals.subscribe('a', (signal) => received.push(signal))
      await ready
      await stores.events.append('a', newEvent('1'))
      await stores.events.append(undefined, newEvent('2'))
      await stores.receiveAll('a')
      expect(received).toMatchObject([{ type: 'appended', sessionId: 'a', event: { id: '1' } }])
      expect(stores.published).toMatchObject([{ type: 'appended', event: { id: '2' } }])

      stop()
      await stores.events.append('a', newEvent('3'))
      await stores.receiveAll('a')
      expect(received).toHaveLength(1)
    })

    it('deletes the log of a session that ends', async () => {
      await stores.events.append('a', newEvent('1'))
      await stores.sessions.end('a', 'closed', start)
      expect(await readFrom('a')).toBeUndefined()
    })
  })

  describe(`${name}: EventStore of large events`, () => {
    const stores = useStores(createStores, { maxEventBytes: 1024 * 1024 })

    it('returns all events page by page', async () => {
      await stores.open('a')
      const ids = ['1', '2', '3', '4', '5']
      for (const id of ids) {
        const data = JSON.stringify({ text: 'x'.repeat(Number(id) * 15_000) })
        await stores.events.append(id === '3' ? undefined : 'a', { ...newEvent(id), data })
      }
      const found: string[] = []
      const cursors: [page: string | undefined, lastEvent: string | undefined][] = []
      let hasMore = true
      for (let cursor = stores.cursorOf('a'); hasMore && found.length < 10;) {
        const page = await stores.events.read('a', cursor, 10)
        found.push(...(page?.events ?? []).map(({ id }) => id))
        hasMore = page?.hasMore ?? false
        if (hasMore) cursors.push([page?.cursor, page?.events.at(-1)?.cursor])
        cursor = page?.cursor ?? ''
      }
      expect(found).toEqual(ids)
      for (const [page, lastEvent] of cursors) expect(page).toBe(lastEvent)
    })
  })
}
