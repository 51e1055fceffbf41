import type { MaybePromise } from '@mcp/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type {
  ConversationLimits,
  ConversationStore,
  StoredConversation,
  StoredEntry,
} from './conversation-store.ts'

/** A store, and what closes it. */
export interface ConversationStoreUnderTest {
  readonly store: ConversationStore
  readonly close?: () => MaybePromise<void>
}

export type CreateConversationStore = (
  limits: Partial<ConversationLimits>,
) => MaybePromise<ConversationStoreUnderTest>

const start = 1_800_000_000_000
const limits = { maxConversations: 3, maxLogBytes: 1000, maxTotalBytes: 2500 }

/**
 * Verifies the behaviour of a `ConversationStore`.
 *
 * @example
 * itIsAConversationStore('memory', (limits) => ({ store: createMemoryConversationStore(limits) }))
 */
export function itIsAConversationStore(name: string, create: CreateConversationStore): void {
  describe(`${name}: ConversationStore`, () => {
    let store: ConversationStore
    let close: () => MaybePromise<void>
    beforeEach(async () => {
      const created = await create(limits)
      store = created.store
      close = created.close ?? (() => {})
    })
    afterEach(() => close())

    const idsOf = async (owner: string) =>
      (await store.list(owner, { limit: 100 })).conversations.map(({ id }) => id)
    const seqsOf = async (id: string) => (await store.read(id)).map(({ seq }) => seq)

    it('keeps every field, and replaces a conversation that is saved again', async () => {
      const added = conversation('a', { title: 'Grüße "🦊"', data: '{"text":"\\u0000\\n🦊"}' })
      await store.save(added)
      expect(await store.load('ada', 'a')).toEqual(added)
      const changed = { ...added, title: 'Other', updatedAt: start + 5, data: '{}' }
      await store.save(changed)
      expect(await store.load('ada', 'a')).toEqual(changed)
      expect(await idsOf('ada')).toEqual(['a'])
    })

    it('saves only the expected version of a conversation, if one is expected', async () => {
      const changed = { code: 'conflict', details: { reason: 'changed' } }
      const at = { updatedAt: start }
      await expect(store.save(conversation('a', at), { ifUpdatedAt: 1 })).rejects.toMatchObject(
        changed,
      )
      expect(await store.load('ada', 'a')).toBeUndefined()
      await store.save(conversation('a', at), { ifUpdatedAt: 0 })
      await store.save(conversation('a', { updatedAt: start + 1 }), { ifUpdatedAt: start })
      for (const ifUpdatedAt of [0, start, start + 2]) {
        const stale = conversation('a', { updatedAt: start + 9, data: '{"stale":true}' })
        await expect(store.save(stale, { ifUpdatedAt })).rejects.toMatchObject(changed)
      }
      expect(await store.load('ada', 'a')).toEqual(conversation('a', { updatedAt: start + 1 }))
    })

    it('separates owners', async () => {
      await store.save(conversation('a'))
      expect(await store.load('bob', 'a')).toBeUndefined()
      expect(await idsOf('bob')).toEqual([])
      expect(await store.remove('bob', 'a')).toBe(false)
      expect(await idsOf('ada')).toEqual(['a'])
    })

    it('lists pages, the most recently updated conversation first', async () => {
      await store.save(conversation('a', { updatedAt: start + 1 }))
      await store.save(conversation('b', { updatedAt: start + 2 }))
      await store.save(conversation('c', { updatedAt: start + 2 }))
      const first = await store.list('ada', { limit: 2 })
      const second = await store.list('ada', { limit: 2, cursor: first.cursor })
      expect(first.conversations.map(({ id }) => id)).toEqual(['c', 'b'])
      expect(second.conversations.map(({ id }) => id)).toEqual(['a'])
      expect(second.cursor).toBeUndefined()
    })

    it.each([
      ['WORLD', ['a']],
      ['%', ['b']],
      ['_', ['c']],
      ['absent', []],
    ])('finds %j in titles', async (query, ids) => {
      await store.save(conversation('a', { title: 'hello world' }))
      await store.save(conversation('b', { title: '100%' }))
      await store.save(conversation('c', { title: 'snake_case' }))
      const page = await store.list('ada', { limit: 10, query })
      expect(page.conversations.map(({ id }) => id)).toEqual(ids)
    })

    it.each(['', 'x', '1', '1.a b', `1.${'a'.repeat(200)}`])(
      'rejects the cursor %j',
      async (cursor) => {
        const list = async () => store.list('ada', { limit: 1, cursor })
        await store.save(conversation('a'))
        await expect(list()).rejects.toMatchObject({ code: 'invalid-params' })
      },
    )

    it('reads the entries of a conversation, of a run, after a position, up to a number', async () => {
      await store.save(conversation('a'))
      await store.save(conversation('b'))
      const entries = [entry(1), entry(2, { kind: 'message' }), entry(3, { run: 2 })]
      await store.append('a', entries)
      await store.append('b', [entry(1, { data: '"other"' })])
      expect(await store.read('a')).toEqual(entries)
      expect(await store.read('a', { run: 1 })).toEqual(entries.slice(0, 2))
      expect(await store.read('a', { after: 1, limit: 1 })).toEqual(entries.slice(1, 2))
      expect(await store.read('unknown')).toEqual([])
    })

    it('ignores entries of an unknown conversation, and removes a log with its conversation', async () => {
      await store.append('a', [entry(1)])
      await store.save(conversation('a'))
      expect(await seqsOf('a')).toEqual([])
      await store.append('a', [entry(2)])
      expect(await store.remove('ada', 'a')).toBe(true)
      expect(await store.remove('ada', 'a')).toBe(false)
      await store.save(conversation('a'))
      expect(await seqsOf('a')).toEqual([])
    })

    it('keeps the log of a conversation that is saved again', async () => {
      await store.save(conversation('a'))
      await store.append('a', [entry(1)])
      await store.save(conversation('a', { title: 'Other' }))
      expect(await seqsOf('a')).toEqual([1])
    })

    it('removes the first entries of a log beyond its limit, and reports it', async () => {
      await store.save(conversation('a'))
      const long = (seq: number) => entry(seq, { data: JSON.stringify('x'.repeat(398)) })
      expect(await store.append('a', [long(1), long(2)])).toEqual({})
      expect(await store.append('a', [long(3), long(4)])).toEqual({ trimmedTo: 2 })
      expect(await seqsOf('a')).toEqual([3, 4])
    })

    it.each(['ä', '語', '😀'])('counts the bytes of a log: %s', async (text) => {
      await store.save(conversation('a'))
      const data = JSON.stringify(text.repeat(396 / Buffer.byteLength(text)))
      const long = (seq: number) => entry(seq, { data })
      for (let seq = 1; seq <= 20; seq += 2) {
        const trimmedTo = seq === 1 ? undefined : seq - 1
        expect((await store.append('a', [long(seq), long(seq + 1)])).trimmedTo).toBe(trimmedTo)
      }
      expect(await seqsOf('a')).toEqual([19, 20])
    })

    it('removes the conversations that were updated first beyond the limit of their owner', async () => {
      await store.save(conversation('hidden', { isListed: false, updatedAt: start - 1 }))
      await store.save(conversation('other', { owner: 'bob', updatedAt: start - 1 }))
      for (const [index, id] of ['b', 'a', 'c'].entries()) {
        expect(await store.save(conversation(id, { updatedAt: start + index }))).toEqual({
          evicted: [],
        })
      }
      const added = await store.save(conversation('d', { updatedAt: start + 9 }))
      expect(added).toEqual({ evicted: ['b'] })
      expect(await idsOf('ada')).toEqual(['d', 'c', 'a'])
      expect(await idsOf('bob')).toEqual(['other'])
      expect(await store.load('ada', 'hidden')).toBeDefined()
    })

    it('removes conversations beyond the total size', async () => {
      for (const [index, id] of ['a', 'b', 'c'].entries()) {
        await store.save(conversation(id, { owner: id, updatedAt: start + index }))
        await store.append(id, [entry(1, { data: JSON.stringify('x'.repeat(898)) })])
      }
      const added = await store.save(conversation('d', { owner: 'd', updatedAt: start + 9 }))
      expect(added).toEqual({ evicted: ['a'] })
      expect(await seqsOf('b')).toEqual([1])
    })

    it.each(['ä', '語', '😀'])('counts the total size in bytes: %s', async (text) => {
      for (const [index, id] of ['a', 'b', 'c'].entries()) {
        await store.save(conversation(id, { owner: id, updatedAt: start + index }))
        const data = JSON.stringify(text.repeat(828 / Buffer.byteLength(text)))
        await store.append(id, [entry(1, { data }), entry(2, { data: '1' })])
      }
      const first = await store.save(conversation('d', { owner: 'd', updatedAt: start + 9 }))
      expect(first).toEqual({ evicted: [] })
      await store.append('d', [entry(1, { data: '12345678' })])
      const second = await store.save(conversation('d', { owner: 'd', updatedAt: start + 9 }))
      expect(second).toEqual({ evicted: ['a'] })
    })
  })
}

function conversation(id: string, changes: Partial<StoredConversation> = {}): StoredConversation {
  const times = { createdAt: start, updatedAt: start }
  return { id, owner: 'ada', title: id, ...times, isListed: true, data: '{}', ...changes }
}

function entry(seq: number, changes: Partial<StoredEntry> = {}): StoredEntry {
  return { seq, run: 1, at: start, kind: 'event', data: `{"number":${seq}}`, ...changes }
}
