import { expect, it } from 'vitest'

import { createExpiringCache } from './expiring-cache.ts'

const limits = { maxEntries: 10, maxBytes: 1_000 }
const facts = { origin: 'https://example.com', caller: undefined, bytes: 10, forMs: 100 }

it('keeps a value until its time is up', () => {
  let time = 0
  const cache = createExpiringCache<string>(limits, () => time)
  cache.set('a', 'kept', facts)
  time = 99
  expect(cache.get('a')).toBe('kept')
  time = 100
  expect(cache.get('a')).toBeUndefined()
})

it('forgets what is from one origin, or for one caller, or all', () => {
  const cache = createExpiringCache<string>(limits)
  cache.set('a', 'a', facts)
  cache.set('b', 'b', { ...facts, caller: 'session 1' })
  cache.set('c', 'c', { ...facts, caller: 'session 2', origin: 'https://other.example' })
  expect(cache.clear({ caller: 'session 1' })).toBe(1)
  expect(cache.clear({ origin: 'https://example.com' })).toBe(1)
  expect(cache.clear()).toBe(1)
})
