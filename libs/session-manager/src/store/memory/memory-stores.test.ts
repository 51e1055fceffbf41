import { expect, it } from 'vitest'

import type { SessionStore } from '../session-store.ts'
import { itImplementsStores } from '../stores.contract.ts'
import { createMemoryStores } from './memory-stores.ts'

itImplementsStores('memory', (limits) => ({ stores: createMemoryStores({ limits }) }))

function fill(sessions: SessionStore, count: number, ttlMs: number): void {
  for (let index = 0; index < count; index++) {
    void sessions.create({
      id: `${ttlMs}-${index}`,
      clientId: 'client',
      owner: undefined,
      metadata: {},
      createdAt: 0,
      ttlMs,
    })
  }
}

it('rejects a session beyond maxSessions', () => {
  const { sessions } = createMemoryStores({ maxSessions: 2 })
  fill(sessions, 2, 1000)
  expect(() => fill(sessions, 1, 5000)).toThrow('Session limit reached (2)')
})

it('rejects a session beyond maxMetadataBytes until another one ends', () => {
  const { sessions } = createMemoryStores({ maxMetadataBytes: 250 })
  const session = { clientId: 'client', owner: undefined, createdAt: 0, ttlMs: 1000 }
  const open = (id: string) =>
    sessions.create({ ...session, id, metadata: { text: 'x'.repeat(100) } })
  void open('a')
  void open('b')
  expect(() => open('c')).toThrow(expect.objectContaining({ code: 'unavailable' }))
  expect(sessions.read('c')).toBeUndefined()
  void sessions.end('a', 'closed', 0)
  void open('c')
  expect(sessions.read('c')).toMatchObject({ id: 'c' })
})

it('finds the few expired sessions among many live ones', () => {
  const { sessions } = createMemoryStores()
  fill(sessions, 20_000, 1_800_000)
  fill(sessions, 3, 1000)
  // The live ones are in the bucket of a later second and are not visited.
  expect(sessions.expired(1500, 100)).toHaveLength(3)
})

it('finds expired sessions after the clock has jumped by years', () => {
  const { sessions } = createMemoryStores()
  fill(sessions, 2, 1000)
  fill(sessions, 2, 90_000)
  expect(sessions.expired(1e12, 100)).toHaveLength(4)
})
