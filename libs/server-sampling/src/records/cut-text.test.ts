import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { expect, it } from 'vitest'

import { cutText } from './cut-text.ts'

it('returns the beginning, or a short text unchanged', () => {
  expect(cutText('abc', 2)).toBe('ab')
  expect(cutText('abc', 3)).toBe('abc')
})

it('returns well-formed text if the limit cuts a surrogate pair', () => {
  expect(cutText('a😀', 2)).toBe('a\uFFFD')
})

it('does not keep the rest of the text in memory', () => {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('The engine has no gc().')
  collect()
  const before = process.memoryUsage().heapUsed
  const cut = Array.from({ length: 20 }, (_, index) =>
    cutText(`${index}${'x'.repeat(2_000_000)}`.normalize(), 100),
  )
  collect()
  const grown = process.memoryUsage().heapUsed - before
  expect(cut).toHaveLength(20)
  expect(grown).toBeLessThan(10_000_000)
})
