import { expect, it } from 'vitest'

import type { RecentCall, TextStorage } from './recent-calls.ts'
import { readFavourites, readRecentCalls, rememberCall, toggleFavourite } from './recent-calls.ts'

function memoryStorage(): TextStorage {
  const values = new Map<string, string>()
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
  }
}

const callOf = (a: unknown, name = 'tools.calculator.add'): RecentCall => ({
  name,
  args: { a },
  at: '2026-11-01T00:00:00.000Z',
  status: 'success',
  durationMs: 1,
})

it('lists the newest call first, and each call once', () => {
  const storage = memoryStorage()
  for (const call of [callOf(1), callOf(2), callOf(1)]) rememberCall(storage, call)
  expect(readRecentCalls(storage).map(({ args }) => args)).toEqual([{ a: 1 }, { a: 2 }])
})

it('remembers 50 calls, and none with very large arguments', () => {
  const storage = memoryStorage()
  for (let a = 0; a < 60; a++) rememberCall(storage, callOf(a))
  rememberCall(storage, callOf('x'.repeat(30_000)))
  const calls = readRecentCalls(storage)
  expect(calls).toHaveLength(50)
  expect(calls[0]?.args).toEqual({ a: 59 })
})

it('adds and removes a favourite', () => {
  const storage = memoryStorage()
  toggleFavourite(storage, 'a')
  toggleFavourite(storage, 'b')
  toggleFavourite(storage, 'a')
  expect(readFavourites(storage)).toEqual(['b'])
})

it.each(['{', '{}', '[1, {"name": 1}]'])('ignores the unexpected text %s', (text) => {
  const storage = { getItem: () => text, setItem: () => {} }
  expect(readRecentCalls(storage)).toEqual([])
  expect(readFavourites(storage)).toEqual([])
})

it('works without storage', () => {
  const blocked = () => {
    throw new Error('SecurityError')
  }
  const storage = { getItem: blocked, setItem: blocked }
  expect(rememberCall(storage, callOf(1))).toHaveLength(1)
})
