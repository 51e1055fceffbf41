import { expect, it } from 'vitest'

import { commonPrefix, showCandidates } from './show-candidates.ts'

it.each([
  [[], ''],
  [['abc'], 'abc'],
  [['abc', 'abd', 'ab'], 'ab'],
  [['a', 'b'], ''],
])('finds the common part of %j', (texts, expected) => {
  expect(commonPrefix(texts)).toBe(expected)
})

it('arranges candidates in columns, without the shared part', () => {
  const candidates = ['add ', 'divide ', 'modulo '].map((name) => `tools.calculator.${name}`)
  expect(showCandidates(candidates, { width: 18, maxRows: 4 })).toEqual([
    'add     modulo',
    'divide',
  ])
  expect(showCandidates(candidates, { width: 8, maxRows: 4 })).toEqual(['add', 'divide', 'modulo'])
})

it('cuts a long list, and control characters', () => {
  const candidates = Array.from({ length: 40 }, (_, index) => `value-${index}\u001b[2J`)
  const lines = showCandidates(candidates, { width: 30, maxRows: 3 })
  expect(lines).toHaveLength(3)
  expect(lines.at(-1)).toBe('… 40 in total. Type more to see fewer.')
  expect(lines.join('')).not.toContain('\u001b')
})
