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
      await stores.open('a', { owner: 'ada', metadata: { colour: 'green' } })
      expect(await stores.sessions.read('a')).toEqual({
        ...newSession('a'),
        owner: 'ada',
        metadata: { colour: 'green' },
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
      stores.sessions.touch('a', start + 5, 'tools')
      stores.sessions.touch('a', start + 3, 'database')
      stores.sessions.touch('a', start + 4, 'tools')
      const session = await stores.sessions.read('a')
      expect(session).toMatchObject({ lastActivity: start + 5 })
      expect(session).toHaveProperty('servers', ['database', 'tools'])
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

    it('finds sessions that were idle for their TTL, to the millisecond', async () => {
      await stores.open('short', { ttlMs: 1000 })
      await stores.open('long', { ttlMs: 5000 })
      await stores.open('touched', { ttlMs: 1000 })
      stores.sessions.touch('touched', start + 600)
      expect(await stores.sessions.expired(start + 999, 10)).toEqual([])
      expect(await stores.sessions.expired(start + 1000, 10)).toEqual(['short'])
      expect(await stores.sessions.expired(start + 1600, 10)).toHaveLength(2)
      expect(await stores.sessions.expired(start + 1600, 1)).toHaveLength(1)
      expect(await stores.sessions.expired(start + 9000, 10)).toHaveLength(3)
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
      expect(stores.published).toEqual([{ type: 'ended', sessionId: 'a', reason: 'closed' }])
    })

    it('does not expire a session that was touched in time', async () => {
      await stores.open('a', { ttlMs: 1000 })
      stores.sessions.touch('a', start + 500)
      expect(await stores.sessions.end('a', 'expired', start + 1000)).toBeUndefined()
      expect(await stores.sessions.end('a', 'expired', start + 1500)).toMatchObject({ id: 'a' })
    })

    it('drops the remainder of a session that ended long ago', async () => {
      await stores.open('a')
      await stores.sessions.end('a', 'closed', start)
      await stores.sessions.expired(start + 599_999, 10)
      expect(await stores.sessions.read('a')).toMatchObject({ endedBy: 'closed' })
      await stores.sessions.expired(start + 600_000, 10)
      expect(await stores.sessions.read('a')).toBeUndefined()
    })
  })
}
