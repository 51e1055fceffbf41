import { beforeEach, describe, expect, it } from 'vitest'

import type { CreateStores } from './stores-under-test.contract.ts'
import { start, textOfBytes, useStores } from './stores-under-test.contract.ts'

/**
 * Verifies the behaviour of a `ResponseStore`.
 *
 * @example
 * itIsAResponseStore('memory', (limits) => ({ stores: createMemoryStores({ limits }) }))
 */
export function itIsAResponseStore(name: string, createStores: CreateStores): void {
  describe(`${name}: ResponseStore`, () => {
    const stores = useStores(createStores)
    const response = { status: 200, body: '{"result":5}' }

    beforeEach(() => stores.open('a'))

    it('grants an id to one of several callers and reports it in flight to the others', async () => {
      const claims = await Promise.all([stores.claim('a', 'r'), stores.claim('a', 'r')])
      expect(claims.map(({ type }) => type).toSorted()).toEqual(['claimed', 'in-flight'])
      expect(claims[0]).toMatchObject({ session: { id: 'a' } })
    })

    it('reports a session that is unknown or has ended', async () => {
      expect(await stores.claim('none', 'r')).toEqual({ type: 'no-session', ended: undefined })
      await stores.sessions.end('a', 'closed', start)
      expect(await stores.claim('a', 'r')).toMatchObject({
        type: 'no-session',
        ended: { endedBy: 'closed' },
      })
    })

    it('reports the session of another owner as unknown, and does not claim the id', async () => {
      await stores.open('owned', { owner: 'ada' })
      const foreign = await stores.claim('owned', 'r', 1, { owner: 'bob' })
      expect(foreign).toEqual({ type: 'no-session', ended: undefined })
      expect(await stores.claim('owned', 'r')).toMatchObject({ type: 'no-session' })
      const own = await stores.claim('owned', 'r', 1, { owner: 'ada' })
      expect(own).toMatchObject({ type: 'claimed', session: { owner: 'ada' } })
    })

    it('returns the recorded response with the fingerprint of its request', async () => {
      await stores.claim('a', 'r', 7)
      await stores.settle('a', 'r', response)
      const found = await stores.claim('a', 'r', 8)
      expect(found).toMatchObject({ type: 'settled', fingerprint: 7, response })
    })

    it('frees an id that is settled without a response', async () => {
      await stores.claim('a', 'r')
      await stores.settle('a', 'r')
      expect(await stores.claim('a', 'r')).toMatchObject({ type: 'claimed' })
    })

    it('remembers the ids of responses that were evicted by number', async () => {
      for (const id of ['1', '2', '3', '4']) {
        await stores.claim('a', id)
        await stores.settle('a', id, response)
      }
      expect(await stores.claim('a', '1')).toMatchObject({ type: 'evicted' })
      expect(await stores.claim('a', '2')).toMatchObject({ type: 'settled' })
    })

    it.each(['x', 'ä', '語', '😀'])('evicts responses by their size in bytes: %s', async (text) => {
      for (const id of ['1', '2']) {
        await stores.claim('a', id)
        await stores.settle('a', id, { status: 200, body: textOfBytes(text, 502 - Number(id)) })
      }
      expect(await stores.claim('a', '1')).toMatchObject({ type: 'evicted' })
      expect(await stores.claim('a', '2')).toMatchObject({ type: 'settled' })
    })

    it('drops a response after its TTL', async () => {
      await stores.claim('a', 'r')
      await stores.settle('a', 'r', response)
      const later = { requestId: 'r', fingerprint: 1, rerunLost: false }
      const before = await stores.responses.claim('a', { ...later, at: start + 599_999 })
      expect(before).toMatchObject({ type: 'settled' })
      const after = await stores.responses.claim('a', { ...later, at: start + 600_000 })
      expect(after).toMatchObject({ type: 'claimed' })
    })

    it('forgets an evicted id after the TTL of its response, which a store may exceed', async () => {
      await stores.open('long', { ttlMs: 3_600_000 })
      const later = start + 300_000
      await stores.claim('long', 'evicted')
      await stores.settle('long', 'evicted', response)
      for (const id of ['1', '2', '3']) {
        await stores.claim('long', id, 1, { at: later })
        await stores.settle('long', id, response, later)
      }
      const claim = (id: string) => stores.claim('long', id, 1, { at: later })
      await stores.sweep(start + 599_999)
      expect(await claim('evicted')).toMatchObject({ type: 'evicted' })
      await stores.sweep(start + 600_000)
      expect(await claim('1')).toMatchObject({ type: 'settled' })
      for (const at of [1_200_000, 1_800_000]) await stores.sweep(start + at)
      expect(await claim('evicted')).toMatchObject({ type: 'claimed' })
    })

    it('keeps the ids of different sessions apart', async () => {
      await stores.open('b')
      await stores.claim('a', 'r')
      expect(await stores.claim('b', 'r')).toMatchObject({ type: 'claimed' })
    })

    it('ignores a response to a request whose id was never claimed', async () => {
      await stores.settle('a', 'never', response)
      await stores.settle('none', 'r', response)
      expect(await stores.claim('a', 'never')).toMatchObject({ type: 'claimed' })
    })
  })
}
