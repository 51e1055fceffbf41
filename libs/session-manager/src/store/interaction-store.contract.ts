import { beforeEach, describe, expect, it } from 'vitest'

import type { CreateStores } from './stores-under-test.contract.ts'
import { start, useStores } from './stores-under-test.contract.ts'

/**
 * Verifies the behaviour of an `InteractionStore`.
 *
 * @example
 * itIsAnInteractionStore('memory', (limits) => ({ stores: createMemoryStores({ limits }) }))
 */
export function itIsAnInteractionStore(name: string, createStores: CreateStores): void {
  describe(`${name}: InteractionStore`, () => {
    const stores = useStores(createStores)
    const interaction = {
      id: 'int-1',
      requestId: 'r',
      kind: 'approval',
      message: 'Remove the note?',
      schema: { type: 'object' },
      expiresAt: start + 1000,
    }
    const params = {
      messages: [{ role: 'user', content: { type: 'text', text: 'Grüße\n"🦊"' } }],
      maxTokens: 10,
      _meta: { nested: [1, null, { deep: true }] },
    }

    beforeEach(() => stores.open('a'))

    it('resolves an interaction once and publishes its resolution', async () => {
      await stores.interactions.add('a', interaction)
      const resolution = { action: 'accept', content: { note: 'yes' } } as const
      expect(await stores.interactions.resolve('a', 'int-1', resolution)).toEqual(interaction)
      const second = await stores.interactions.resolve('a', 'int-1', { action: 'decline' })
      expect(second).toEqual(resolution)
      await stores.receiveAll('a')
      expect(stores.published).toEqual([
        { type: 'resolved', sessionId: 'a', interactionId: 'int-1', resolution },
      ])
    })

    it('reads a pending interaction, and the resolution of one that was resolved', async () => {
      const read = (id: string) => stores.interactions.read('a', id)
      await stores.interactions.add('a', interaction)
      expect(await read('int-1')).toEqual(interaction)
      expect(await read('int-2')).toBeUndefined()
      const resolution = { action: 'accept', content: { note: 'Grüße "🦊"' } } as const
      await stores.interactions.resolve('a', 'int-1', resolution)
      expect(await read('int-1')).toEqual(resolution)
    })

    it.each([
      { ...interaction, kind: 'elicitation', url: 'https://example.com/pay?a=1&b=%20' },
      { ...interaction, kind: 'sampling', sampling: params },
      { ...interaction, kind: 'roots', schema: undefined },
      { ...interaction, kind: 'signature', message: '' },
    ])('stores every field of an interaction of kind $kind', async (added) => {
      await stores.interactions.add('a', added)
      const resolved = await stores.interactions.resolve('a', 'int-1', { action: 'accept' })
      expect(resolved).toEqual(added)
    })

    it('finds an interaction only in its own session, and only until the session ends', async () => {
      const accept = (sessionId: string) =>
        stores.interactions.resolve(sessionId, 'int-1', { action: 'accept' })
      await stores.open('b')
      await stores.interactions.add('a', interaction)
      expect(await accept('b')).toBeUndefined()
      await stores.sessions.end('a', 'closed', start)
      expect(await accept('a')).toBeUndefined()
    })

    it('drops the oldest resolved interactions beyond the limit', async () => {
      const accept = (id: string) => stores.interactions.resolve('a', id, { action: 'accept' })
      for (const id of ['1', '2', '3', '4', '5', '6']) {
        await stores.interactions.add('a', { ...interaction, id })
      }
      for (const id of ['3', '1', '2', '4', '5']) await accept(id)
      expect(await accept('3')).toBeUndefined()
      expect(await accept('1')).toBeUndefined()
      expect(await accept('2')).toEqual({ action: 'accept' })
      expect(await accept('6')).toMatchObject({ id: '6' })
    })

    it('drops an interaction long after it expired', async () => {
      const cancel = (id: string) => stores.interactions.resolve('a', id, { action: 'cancel' })
      await stores.interactions.add('a', interaction)
      await stores.interactions.add('a', { ...interaction, id: 'pending' })
      await stores.interactions.add('a', {
        ...interaction,
        id: 'later',
        expiresAt: start + 1_000_000,
      })
      await stores.interactions.resolve('a', 'int-1', { action: 'accept' })
      await stores.sweep(start + 400_000)
      expect(await cancel('int-1')).toEqual({ action: 'accept' })
      await stores.sweep(start + 800_000)
      expect(await cancel('int-1')).toBeUndefined()
      expect(await cancel('pending')).toBeUndefined()
      expect(await cancel('later')).toMatchObject({ id: 'later' })
    })
  })
}
