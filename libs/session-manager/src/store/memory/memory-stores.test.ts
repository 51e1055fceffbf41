import { expect, it } from 'vitest'

import type { SessionStore } from '../session-store.ts'
import { itSharesStores } from '../shared-stores.contract.ts'
import { itImplementsStores } from '../stores.contract.ts'
import { createMemoryStores, createSharedMemoryStores } from './memory-stores.ts'

itImplementsStores('memory', (limits) => ({ stores: createMemoryStores({ limits }) }))

itSharesStores('memory', (limits) => {
  const shared = createSharedMemoryStores({ limits })
  return { stores: shared.open(), openReplica: () => shared.open() }
})

function fill(sessions: SessionStore, count: number, ttlMs: number): void {
  for (let index = 0; index < count; index++) {
    void sessions.create({
      id: `${ttlMs}-${index}`,
      clientId: 'client',
      owner: undefined,
      metadata: '{}',
      createdAt: 0,
      ttlMs,
    })
  }
}

const isActive = (): boolean => false

it('finds the few expired sessions among many live ones', () => {
  const { sessions } = createMemoryStores()
  fill(sessions, 20_000, 1_800_000)
  fill(sessions, 3, 1000)
  // The live sessions are in the bucket of a later second, so they are not visited.
  expect(sessions.sweep(1500, isActive)).toMatchObject({ ended: [{}, {}, {}], hasMore: false })
})

it('finds expired sessions after the clock has jumped by years', () => {
  const { sessions } = createMemoryStores()
  fill(sessions, 2, 1000)
  fill(sessions, 2, 90_000)
  expect(sessions.sweep(1e12, isActive)).toMatchObject({ ended: [{}, {}, {}, {}] })
})

it('lists sessions with large metadata in pages of at most a mebibyte', async () => {
  const { sessions } = createMemoryStores()
  const metadata = JSON.stringify({ text: 'x'.repeat(16_000) })
  const session = { clientId: 'client', owner: 'ann', metadata, createdAt: 0, ttlMs: 1000 }
  const ids = Array.from({ length: 200 }, (_, index) => `s-${index}`)
  for (const id of ids) await sessions.create({ ...session, id })
  const listed: string[] = []
  let cursor: string | undefined
  do {
    const page = await sessions.list('ann', 1000, cursor)
    expect(page.sessions.length * metadata.length).toBeLessThanOrEqual(1024 * 1024)
    listed.push(...page.sessions.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  expect(listed).toEqual(ids)
})
