import { expect, it } from 'vitest'

import { timeLeft } from './time-left.ts'

it.each([
  [0, undefined],
  [-5, undefined],
  [1, '1 s'],
  [59_001, '1 min 0 s'],
  [125_000, '2 min 5 s'],
  [600_000, '10 min'],
  [7_260_000, '2 h 1 min'],
])('shows %d ms as %s', (ms, text) => {
  expect(timeLeft(1000 + ms, 1000)).toBe(text)
})
