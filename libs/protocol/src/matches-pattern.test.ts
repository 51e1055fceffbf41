import fc from 'fast-check'
import { expect, it } from 'vitest'

import { matchesPattern } from './matches-pattern.ts'

it.each([
  ['roots_*', 'roots_list', true],
  ['roots_*', 'my_roots_list', false],
  ['*_list', 'roots_list', true],
  ['roots_lis?', 'roots_list', true],
  ['roots_lis?', 'roots_lis', false],
  ['roots', 'roots_list', false],
  ['a-b', 'a-b', true],
  ['a.b', 'axb', false],
  ['***a***', 'bab', true],
  ['*', '', true],
  ['', 'a', false],
  ['*ab', 'aab', true],
  ['a*?', 'a', false],
  ['*a*b', 'abab', true],
])('matches with %j the name %j: %j', (pattern, name, matches) => {
  expect(matchesPattern(name, pattern)).toBe(matches)
})

it('matches what a regular expression matches', () => {
  const text = (letters: string) =>
    fc.string({ unit: fc.constantFrom(...Array.from(letters)), maxLength: 8 })
  fc.assert(
    fc.property(text('ab_'), text('ab_*?'), (name, pattern) => {
      const source = pattern.replaceAll('*', '.*').replaceAll('?', '.')
      expect(matchesPattern(name, pattern)).toBe(new RegExp(`^${source}$`).test(name))
    }),
    { seed: 7, numRuns: 5_000 },
  )
})

it('takes little time for a pattern with many stars', () => {
  const start = process.cpuUsage()
  expect(matchesPattern('a'.repeat(128), '*a'.repeat(63) + '*b')).toBe(false)
  const { user, system } = process.cpuUsage(start)
  expect(user + system).toBeLessThan(1_000_000)
})
