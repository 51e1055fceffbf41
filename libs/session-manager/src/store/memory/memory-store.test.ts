import { expect, it } from 'vitest'

import { createMemoryStore } from './memory-store.ts'
import { itIsAStore } from '../store.contract.ts'

itIsAStore('the memory store', (limits) => ({ store: createMemoryStore({ limits }) }))

function fill(store: ReturnType<typeof createMemoryStore>, count: number, ttlMs: number): void {
  for (let index = 0; index < count; index++) {
    void store.create({
      id: `${ttlMs}-${index}`,
      clientId: 'client',
      owner: undefined,
      metadata: {},
      createdAt: 0,
      ttlMs,
    })
  }
}

it('refuses one session more than it holds', () => {
  const store = createMemoryStore({ maxSessions: 2 })
  fill(store, 2, 1000)
  expect(() => fill(store, 1, 5000)).toThrow('holds its 2 sessions')
})

it('refuses a session whose metadata is more than it holds, until others have ended', () => {
  const store = createMemoryStore({ maxMetadataBytes: 250 })
  const session = { clientId: 'client', owner: undefined, createdAt: 0, ttlMs: 1000 }
  const open = (id: string) => store.create({ ...session, id, metadata: { text: 'x'.repeat(100) } })
  void open('a')
  void open('b')
  expect(() => open('c')).toThrow(expect.objectContaining({ code: 'unavailable' }))
  expect(store.read('c')).toBeUndefined()
  void store.end('a', 'closed', 0)
  void open('c')
  expect(store.read('c')).toMatchObject({ id: 'c' })
})

it('looks at no session that did not run out', () => {
  const store = createMemoryStore()
  fill(store, 20_000, 1_800_000)
  fill(store, 3, 1000)
  // What lives on is filed under a later second, and is never asked.
  expect(store.expired(1500, 100)).toHaveLength(3)
})

it('finds what ran out after the clock has jumped by years', () => {
  const store = createMemoryStore()
  fill(store, 2, 1000)
  fill(store, 2, 90_000)
  expect(store.expired(1e12, 100)).toHaveLength(4)
})
