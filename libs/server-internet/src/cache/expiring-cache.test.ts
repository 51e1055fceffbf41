import { expect, it } from 'vitest'

import { createExpiringCache } from './expiring-cache.ts'

const limits = { maxEntries: 10, maxBytes: 1_000 }
const metadata = { origin: 'https://example.com', caller: undefined, bytes: 10, ttlMs: 100 }

it('returns a value until it expires', () => {
  let time = 0
  const cache = createExpiringCache<string>(limits, () => time)
  cache.set('a', 'kept', metadata)
  time = 99
  expect(cache.get('a')).toBe('kept')
  time = 100
  expect(cache.get('a')).toBeUndefined()
  expect(cache.stats()).toMatchObject({ entries: 0, bytes: 0, hits: 1, misses: 1 })
})

it('clears the entries of an origin, of a caller, or all', () => {
  const cache = createExpiringCache<string>(limits)
  cache.set('a', 'a', metadata)
  cache.set('b', 'b', { ...metadata, caller: 'session 1' })
  cache.set('c', 'c', { ...metadata, caller: 'session 2', origin: 'https://other.example' })
  expect(cache.clear({ caller: 'session 1' })).toBe(1)
  expect(cache.clear({ origin: 'https://example.com' })).toBe(1)
  expect(cache.clear()).toBe(1)
})
