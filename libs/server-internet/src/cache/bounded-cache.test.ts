import { expect, it } from 'vitest'

import { createBoundedCache } from './bounded-cache.ts'

it('evicts the least recently used entry when there are too many', () => {
  const cache = createBoundedCache<number>({ maxEntries: 2, maxBytes: 100 })
  cache.set('a', 1, 10)
  cache.set('b', 2, 10)
  cache.get('a')
  cache.set('c', 3, 10)
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3])
  expect(cache.stats()).toMatchObject({ entries: 2, bytes: 20, evictions: 1, hits: 3, misses: 1 })
})

it('evicts as many entries as needed to make room', () => {
  const cache = createBoundedCache<number>({ maxEntries: 10, maxBytes: 100 })
  for (const [key, bytes] of [
    ['a', 40],
    ['b', 40],
    ['c', 90],
  ] as const)
    cache.set(key, bytes, bytes)
  expect(cache.stats()).toMatchObject({ entries: 1, bytes: 90, evictions: 2 })
})

it('does not store a value that exceeds the maximum size, and removes the previous one', () => {
  const cache = createBoundedCache<string>({ maxEntries: 10, maxBytes: 100 })
  cache.set('a', 'small', 10)
  cache.set('a', 'huge', 101)
  expect(cache.get('a')).toBeUndefined()
  expect(cache.stats()).toMatchObject({ entries: 0, bytes: 0 })
})
