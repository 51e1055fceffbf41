import { expect, it } from 'vitest'

import { backoffMs } from './backoff.ts'

it('doubles its bound with each failure, up to the maximum', () => {
  const options = { baseMs: 100, maxMs: 350, random: () => 1 }
  expect([0, 1, 2, 3].map((failures) => backoffMs(failures, options))).toEqual([100, 200, 350, 350])
})

it('waits at least half of the bound', () => {
  expect(backoffMs(1, { baseMs: 100, maxMs: 1000, random: () => 0 })).toBe(100)
})
