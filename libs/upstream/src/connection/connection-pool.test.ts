import { createManualClock } from '@mcp/protocol/testing'
import { expect, it } from 'vitest'

import { createConnectionPool } from './connection-pool.ts'

interface Fake {
  readonly key: string
  isOpen: boolean
}

function createPool(maxConnections = 2) {
  const clock = createManualClock()
  const opened: Fake[] = []
  let failure: Error | undefined
  const persistent = new Set<string>()
  const pool = createConnectionPool<Fake>({
    clock,
    maxConnections,
    idleTimeoutMs: 1000,
    async open(key) {
      if (failure !== undefined) throw failure
      const value = { key, isOpen: true }
      opened.push(value)
      return value
    },
    isOpen: ({ isOpen }) => isOpen,
    isPersistent: (key) => persistent.has(key),
    async close(value) {
      value.isOpen = false
    },
  })
  const fail = (error: Error | undefined) => {
    failure = error
  }
  return { pool, clock, opened, persistent, fail }
}

const { signal } = new AbortController()

it('shares one connection between the callers of a key', async () => {
  const { pool, opened } = createPool()
  const all = await Promise.all([1, 2, 3].map(() => pool.acquire('a', signal)))
  expect(new Set(all.map(({ value }) => value)).size).toBe(1)
  expect(opened).toHaveLength(1)
})

it('closes a connection after the idle time, and not before the last call ends', async () => {
  const { pool, clock, opened } = createPool()
  const first = await pool.acquire('a', signal)
  const second = await pool.acquire('a', signal)
  first.release()
  clock.advance(5000)
  expect(opened[0]?.isOpen).toBe(true)
  second.release()
  clock.advance(999)
  expect(opened[0]?.isOpen).toBe(true)
  clock.advance(1)
  expect([opened[0]?.isOpen, pool.size()]).toEqual([false, 0])
})

it('closes the connection that was idle longest if the pool is full', async () => {
  const { pool, clock, opened } = createPool()
  ;(await pool.acquire('a', signal)).release()
  clock.advance(1)
  ;(await pool.acquire('b', signal)).release()
  await pool.acquire('c', signal)
  expect(opened.map(({ key, isOpen }) => [key, isOpen])).toEqual([
    ['a', false],
    ['b', true],
    ['c', true],
  ])
})

it('closes a persistent connection only if no other is idle, and not after the idle time', async () => {
  const { pool, clock, opened, persistent } = createPool()
  persistent.add('a')
  ;(await pool.acquire('a', signal)).release()
  clock.advance(1000)
  clock.advance(1000)
  ;(await pool.acquire('b', signal)).release()
  const { release } = await pool.acquire('c', signal)
  expect(opened.map(({ isOpen }) => isOpen)).toEqual([true, false, true])
  const other = await pool.acquire('d', signal)
  expect(opened.map(({ isOpen }) => isOpen)).toEqual([false, false, true, true])
  other.release()
  persistent.add('d')
  const reopened = pool.acquire('a', signal, { mayClosePersistent: false })
  release()
  await reopened
  expect(opened.map(({ isOpen }) => isOpen)).toEqual([false, false, false, true, true])
  persistent.clear()
  clock.advance(1000)
  expect(opened[3]?.isOpen).toBe(false)
})

it('waits for a connection if all are in use, until the caller aborts', async () => {
  const { pool } = createPool(1)
  const held = await pool.acquire('a', signal)
  const abort = new AbortController()
  const aborted = pool.acquire('b', abort.signal)
  const waiting = pool.acquire('c', signal)
  abort.abort(new Error('gone'))
  await expect(aborted).rejects.toThrow('gone')
  held.release()
  expect((await waiting).value.key).toBe('c')
})

it('opens again after a failure and after the connection closed by itself', async () => {
  const { pool, opened, fail } = createPool()
  fail(new Error('refused'))
  await expect(pool.acquire('a', signal)).rejects.toThrow('refused')
  fail(undefined)
  const held = await pool.acquire('a', signal)
  held.value.isOpen = false
  held.release()
  expect((await pool.acquire('a', signal)).value).toBe(opened[1])
})

it('closes a retired connection when its last call ends', async () => {
  const { pool, opened } = createPool()
  const held = await pool.acquire('a', signal)
  pool.retire('a')
  expect(opened[0]?.isOpen).toBe(true)
  held.release()
  expect(opened[0]?.isOpen).toBe(false)
})

it('closes every connection, also one that is being opened', async () => {
  const { pool, opened } = createPool()
  await pool.acquire('a', signal)
  const opening = pool.acquire('b', signal)
  await Promise.resolve()
  await pool.close()
  await opening
  await expect.poll(() => opened.map(({ isOpen }) => isOpen)).toEqual([false, false])
  await expect(pool.acquire('a', signal)).rejects.toMatchObject({ code: 'unavailable' })
})
