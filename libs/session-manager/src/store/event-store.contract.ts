import { beforeEach, describe, expect, it } from 'vitest'

import type { Signal } from './signal-bus.ts'
import type { CreateStores } from './stores-under-test.contract.ts'
import { newEvent, start, useStores } from './stores-under-test.contract.ts'

/**
 * Verifies the behaviour of an `EventStore`.
 *
 * @example
 * itIsAnEventStore('memory', (limits) => ({ stores: createMemoryStores({ limits }) }))
 */
export function itIsAnEventStore(name: string, createStores: CreateStores): void {
  describe(`${name}: EventStore`, () => {
    const stores = useStores(createStores)

    async function idsAfter(sessionId: string, after = 0, limit = 10) {
      const page = await stores.events.read(sessionId, after, limit)
      return page?.events.map(({ id }) => id)
    }

    beforeEach(() => stores.open('a'))

    it('returns events and broadcasts in the order in which they were appended', async () => {
      await stores.events.append('a', newEvent('1'))
      await stores.events.append(undefined, newEvent('2'))
      await stores.events.append('a', newEvent('3'))
      const page = await stores.events.read('a', 0, 10)
      expect(page?.events.map(({ id }) => id)).toEqual(['1', '2', '3'])
      expect(page?.trimmedTo).toBeUndefined()
      const positions = page?.events.map(({ position }) => position) ?? []
      expect(positions).toEqual(positions.toSorted((left, right) => left - right))
      expect(page?.position).toBe(positions.at(-1))
    })

    it('does nothing for an unknown session', async () => {
      expect(await stores.events.append('none', newEvent('n'))).toBeUndefined()
      expect(await stores.events.read('none', 0, 10)).toBeUndefined()
    })

    it('continues after a position, up to the limit', async () => {
      for (const id of ['1', '2', '3', '4']) await stores.events.append('a', newEvent(id))
      const first = await stores.events.read('a', 0, 1)
      const rest = await stores.events.read('a', first?.events[0]?.position ?? 0, 2)
      expect(rest?.events.map(({ id }) => id)).toEqual(['2', '3'])
      const nothing = await stores.events.read('a', Number.MAX_SAFE_INTEGER, 0)
      expect(nothing).toMatchObject({ events: [], position: rest?.position })
    })

    it('appends a notification once per log', async () => {
      expect(await stores.events.append('a', newEvent('1'))).toBeGreaterThan(0)
      expect(await stores.events.append('a', newEvent('1'))).toBeUndefined()
      expect(await stores.events.append(undefined, newEvent('1'))).toBeGreaterThan(0)
      expect(await stores.events.append(undefined, newEvent('1'))).toBeUndefined()
    })

    it('excludes broadcasts from before the session was created', async () => {
      await stores.events.append(undefined, newEvent('before'))
      await stores.open('late')
      await stores.events.append(undefined, newEvent('after'))
      const page = await stores.events.read('late', 0, 10)
      expect(page?.events.map(({ id }) => id)).toEqual(['after'])
      expect(page?.trimmedTo).toBeUndefined()
    })

    it('restricts a broadcast about a server to the sessions that used it', async () => {
      await stores.open('user')
      stores.sessions.touch('user', start, 'tools')
      await stores.events.append(undefined, { ...newEvent('restart'), server: 'tools' })
      expect(await idsAfter('user')).toEqual(['restart'])
      expect(await idsAfter('a')).toEqual([])
    })

    it('fills a page although many broadcasts are for other sessions', async () => {
      for (const id of ['1', '2', '3']) {
        await stores.events.append(undefined, { ...newEvent(id), server: 'tools' })
      }
      await stores.events.append(undefined, newEvent('4'))
      expect(await idsAfter('a', 0, 2)).toEqual(['4'])
    })

    it('reports the gap if it trimmed events after the requested position', async () => {
      for (let id = 1; id <= 8; id++) await stores.events.append('a', newEvent(String(id)))
      const page = await stores.events.read('a', 0, 10)
      const first = page?.events[0]
      expect(page?.events.map(({ id }) => id)).toEqual(['4', '5', '6', '7', '8'])
      expect(page?.trimmedTo).toBe((first?.position ?? 0) - 1)
      const complete = await stores.events.read('a', page?.trimmedTo ?? 0, 10)
      expect(complete?.trimmedTo).toBeUndefined()
    })

    it('trims by size', async () => {
      for (const id of ['1', '2', '3']) {
        await stores.events.append('a', { ...newEvent(id), data: 'x'.repeat(4000) })
      }
      expect(await idsAfter('a')).toEqual(['2', '3'])
    })

    it('trims by age', async () => {
      await stores.events.append('a', newEvent('1'))
      await stores.events.append(undefined, newEvent('2'))
      await stores.sweep(start + 1_000_000)
      const page = await stores.events.read('a', 0, 10)
      expect(page?.events).toEqual([])
      expect(page?.trimmedTo).toBe(page?.position)
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
      const unsubscribe = stores.signals.subscribe('a', (signal) => received.push(signal))
      await stores.events.append('a', newEvent('1'))
      await stores.events.append(undefined, newEvent('2'))
      expect(received).toMatchObject([{ type: 'appended', sessionId: 'a', event: { id: '1' } }])
      expect(stores.published).toMatchObject([{ type: 'appended', event: { id: '2' } }])

      unsubscribe()
      await stores.events.append('a', newEvent('3'))
      expect(received).toHaveLength(1)
    })

    it('deletes the log of a session that ends', async () => {
      await stores.events.append('a', newEvent('1'))
      await stores.sessions.end('a', 'closed', start)
      expect(await stores.events.read('a', 0, 10)).toBeUndefined()
    })
  })
}
