import { describe, expect, it } from 'vitest'

import type { CreateStores } from './stores-under-test.contract.ts'
import { newSession, start, useStores } from './stores-under-test.contract.ts'

/**
 * Verifies the behaviour of a `SessionStore`.
 *
 * @example
 * itIsASessionStore('memory', (limits) => ({ stores: createMemoryStores({ limits }) }))
 */
export function itIsASessionStore(name: string, createStores: CreateStores): void {
  describe(`${name}: SessionStore`, () => {
    const stores = useStores(createStores)

    it('reads back a created session', async () => {
      await stores.open('a', { owner: 'ada', metadata: '{"colour":"green"}' })
      expect(await stores.sessions.read('a')).toEqual({
        ...newSession('a'),
        owner: 'ada',
        metadata: '{"colour":"green"}',
        lastActivity: start,
        servers: [],
      })
    })

    it('returns undefined for an unknown id', async () => {
      expect(await stores.sessions.read('a')).toBeUndefined()
      expect(await stores.sessions.end('a', 'closed', start)).toBeUndefined()
    })

    it('records activity and the servers that a session used', async () => {
      await stores.open('a')
      stores.sessions.touch('a', start + 5)
      stores.sessions.touch('a', start + 3)
      for (const server of ['tools', 'database', 'tools']) {
        expect(await stores.sessions.addServer('a', server)).toBe(true)
      }
      const session = await stores.sessions.read('a')
      expect(session).toMatchObject({ lastActivity: start + 5 })
      expect(session).toHaveProperty('servers', ['database', 'tools'])
    })

    it('reports that a session has ended when a server is added', async () => {
      await stores.open('a')
      await stores.sessions.addServer('a', 'tools')
      expect(await stores.sessions.end('a', 'closed', start)).toMatchObject({ servers: ['tools'] })
      expect(await stores.sessions.addServer('a', 'tools')).toBe(false)
      expect(await stores.sessions.addServer('a', 'database')).toBe(false)
    })

    it('rejects a cursor that it did not return', async () => {
      const list = async () => stores.sessions.list('ada', 2, '{}')
      await expect(list()).rejects.toMatchObject({ code: 'invalid-request' })
    })

    it('lists sessions with large metadata in pages of a limited length', async () => {
      const metadata = JSON.stringify({ text: 'x'.repeat(16_000) })
      const ids = Array.from({ length: 40 }, (_, index) => `large-${index}`)
      for (const id of ids) await stores.open(id, { owner: 'eve', metadata })
      const pages: string[][] = []
      let cursor: string | undefined
      do {
        const page = await stores.sessions.list('eve', 1000, cursor)
        pages.push(page.sessions.map(({ id }) => id))
        cursor = page.nextCursor
      } while (cursor !== undefined && pages.length < 40)
      expect(pages.flat()).toEqual(ids)
      expect(Math.max(...pages.map(({ length }) => length))).toBeLessThan(36)
    })

    it('lists the sessions of one owner, page by page', async () => {
      for (const id of ['a', 'b', 'c']) await stores.open(id, { owner: 'ada' })
      await stores.open('d', { owner: 'bob' })
      const first = await stores.sessions.list('ada', 2)
      const last = await stores.sessions.list('ada', 2, first.nextCursor)
      expect(first.sessions.map(({ id }) => id)).toEqual(['a', 'b'])
      expect(last.sessions.map(({ id }) => id)).toEqual(['c'])
      expect(last.nextCursor).toBeUndefined()
      expect((await stores.sessions.list('unknown', 2)).sessions).toEqual([])
    })

    it('ends sessions that were idle for their TTL, to the millisecond', async () => {
      await stores.open('short', { ttlMs: 1000 })
      await stores.open('long', { ttlMs: 5000 })
      await stores.open('touched', { ttlMs: 1000 })
      stores.sessions.touch('touched', start + 600)
      expect(await stores.sweep(start + 999)).toEqual([])
      expect(await stores.sweep(start + 1000)).toEqual(['short'])
      expect(await stores.sweep(start + 1599)).toEqual([])
      expect(await stores.sweep(start + 1600)).toEqual(['touched'])
      expect(await stores.sweep(start + 9000)).toEqual(['long'])
      expect(await stores.sessions.read('short')).toMatchObject({ endedBy: 'expired' })
      const ended = ['short', 'touched', 'long'].map((sessionId) => ({
        type: 'ended',
        sessionId,
        reason: 'expired',
      }))
      await stores.receiveAll('short', 'touched', 'long')
      expect(stores.published).toHaveLength(3)
      expect(stores.published).toEqual(expect.arrayContaining(ended))
    })

    it('touches active sessions instead of ending them', async () => {
      await stores.open('a', { ttlMs: 1000 })
      await stores.open('b', { ttlMs: 1000 })
      expect(await stores.sweep(start + 1500, ['a'])).toEqual(['b'])
      expect(await stores.sessions.read('a')).toMatchObject({ lastActivity: start + 1500 })
      expect(await stores.sweep(start + 2499)).toEqual([])
      expect(await stores.sweep(start + 2500)).toEqual(['a'])
    })

    it('ends many sessions in batches', async () => {
      const ids = Array.from({ length: 1200 }, (_, index) => `s-${index}`)
      for (const id of ids) await stores.open(id, { ttlMs: 1000 })
      await stores.open('later', { ttlMs: 5000 })
      expect((await stores.sweep(start + 1000)).toSorted()).toEqual(ids.toSorted())
      expect(await stores.sessions.read('later')).toMatchObject({ id: 'later' })
    })

    it('ends a session for one of several callers, and remembers the reason', async () => {
      await stores.open('a', { owner: 'ada' })
      const end = async () => stores.sessions.end('a', 'closed', start)
      const results = await Promise.all([end(), end()])
      expect(results.filter((session) => session !== undefined)).toMatchObject([
        { id: 'a', clientId: 'client-a' },
      ])
      expect(await stores.sessions.read('a')).toMatchObject({ owner: 'ada', endedBy: 'closed' })
      expect((await stores.sessions.list('ada', 10)).sessions).toEqual([])
      await stores.receiveAll('a')
      expect(stores.published).toEqual([{ type: 'ended', sessionId: 'a', reason: 'closed' }])
    })

    it('does not expire a session that was touched in time', async () => {
      await stores.open('a', { ttlMs: 1000 })
      stores.sessions.touch('a', start + 500)
      expect(await stores.sessions.end('a', 'expired', start + 1000)).toBeUndefined()
      expect(await stores.sessions.end('a', 'expired', start + 1500)).toMatchObject({ id: 'a' })
    })

    it('drops an ended session after endedSessionTtlMs', async () => {
      await stores.open('a')
      await stores.sessions.end('a', 'closed', start)
      await stores.sweep(start + 599_999)
      expect(await stores.sessions.read('a')).toMatchObject({ endedBy: 'closed' })
      await stores.sweep(start + 600_000)
      expect(await stores.sessions.read('a')).toBeUndefined()
    })
  })
}
