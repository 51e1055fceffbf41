import { expect, it } from 'vitest'

import { measureSize } from './measure.ts'

it('counts the keys of objects', () => {
  expect(measureSize({ ['k'.repeat(100)]: 1 }, 1_000)).toBeGreaterThan(100)
  expect(measureSize(Array.from({ length: 100 }).fill(1), 1_000)).toBe(101)
})
