import { expect, it } from 'vitest'

import type { FairQueue } from './fair-queue.ts'
import { createFairQueue } from './fair-queue.ts'

function takeAll<Entry>(queue: FairQueue<Entry>): Entry[] {
  const entries: Entry[] = []
  for (let entry = queue.take(); entry !== undefined; entry = queue.take()) entries.push(entry)
  return entries
}

it('takes one entry of each key in turn', () => {
  const queue = createFairQueue<string>()
  for (const entry of ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2'])
    queue.add(entry.slice(0, 1), entry)
  expect(takeAll(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4'])
  expect(queue.size).toBe(0)
})

it('puts a key that was taken from behind all other keys', () => {
  const queue = createFairQueue<string>()
  for (const entry of ['a1', 'a2', 'b1', 'b2']) queue.add(entry.slice(0, 1), entry)
  expect([queue.take(), queue.take()]).toEqual(['a1', 'b1'])
  queue.add('c', 'c1')
  queue.add('a', 'a3')
  expect(takeAll(queue)).toEqual(['a2', 'b2', 'c1', 'a3'])
})

it('removes an entry once, at any position', () => {
  const queue = createFairQueue<string>()
  const removals = ['a1', 'a2', 'a3', 'b1'].map((entry) => queue.add(entry.slice(0, 1), entry))
  expect(removals[1]?.()).toBe(true)
  expect(removals[1]?.()).toBe(false)
  expect(removals[3]?.()).toBe(true)
  expect(queue.take()).toBe('a1')
  expect(removals[0]?.()).toBe(false)
  expect(queue.size).toBe(1)
  expect(takeAll(queue)).toEqual(['a3'])
})

it('refuses entries beyond the maximum of their key or of the queue', () => {
  const queue = createFairQueue<number>({ maxEntries: 3, maxEntriesPerKey: 2 })
  const isAdded = (key: string) => queue.add(key, 1) !== undefined
  expect([isAdded('a'), isAdded('a'), isAdded('a')]).toEqual([true, true, false])
  expect([isAdded('b'), isAdded('c')]).toEqual([true, false])
  queue.take()
  expect(isAdded('c')).toBe(true)
})

it('refuses entries beyond the maximum size of their key or of the queue', () => {
  const queue = createFairQueue<number>({ maxSize: 100, maxSizePerKey: 60 })
  const isAdded = (key: string, size: number) => queue.add(key, size, size) !== undefined
  expect([isAdded('a', 40), isAdded('a', 30), isAdded('a', 20)]).toEqual([true, false, true])
  expect([isAdded('b', 50), isAdded('b', 40)]).toEqual([false, true])
  expect([queue.take(), queue.take()]).toEqual([40, 40])
  expect(isAdded('b', 50)).toBe(true)
})

it('skips keys that are not accepted, which keep their turn', () => {
  const queue = createFairQueue<string>()
  for (const entry of ['a1', 'b1', 'b2', 'c1']) queue.add(entry.slice(0, 1), entry)
  const accepts = (key: string) => key === 'b'
  expect([queue.take(accepts), queue.take(accepts), queue.take(accepts)]).toEqual([
    'b1',
    'b2',
    undefined,
  ])
  expect(takeAll(queue)).toEqual(['a1', 'c1'])
})
