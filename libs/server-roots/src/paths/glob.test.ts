import fc from 'fast-check'
import picomatch from 'picomatch'
import { expect, it } from 'vitest'

import { compileGlob, compileGlobs } from './glob.ts'

const names = fc.stringMatching(/^[ab.]{1,3}$/).filter((name) => !/^\.{1,2}$/.test(name))
const paths = fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const nameGlobs = fc
  .array(fc.constantFrom('a', 'b', '.', '*', '?', '[ab]', '[!a]', '{a,b}', '{ab,b*}'), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join('').replaceAll(/\*+/g, '*'))
  .filter((glob) => !/^\.{1,2}$/.test(glob))
// With a slash, since a pattern without one means any folder here.
const globs = fc
  .array(fc.oneof(nameGlobs, fc.constant('**')), { minLength: 2, maxLength: 4 })
  .map((parts) => parts.join('/'))
  .filter((glob) => glob.split('{').length <= 6)
  // picomatch lets a last "**" mean the folder before it as well, and joins those in a row.
  .filter(
    (glob) =>
      !glob.endsWith('**') && !glob.includes('**/**') && !/(^|\/)[^/]*\.\.?(\/|$)/.test(glob),
  )

it('means what picomatch takes a pattern to mean', () => {
  fc.assert(
    fc.property(globs, paths, (glob, path) => {
      const expected = picomatch(glob, { dot: true, strictSlashes: true, posix: true })(path)
      expect({ glob, path, matches: compileGlob(glob)(path) }).toEqual({
        glob,
        path,
        matches: expected,
      })
    }),
    { numRuns: 3_000 },
  )
})

it.each([
  ['*.md', 'a/b/c.md', true],
  ['.env', 'a/.env', true],
  ['a/*.md', 'b/a/c.md', false],
  ['**', 'a/b', true],
  ['a/**', 'a', true],
  ['a/**/b', 'a/b', true],
  ['[!a]x', 'ax', false],
  ['[]]', ']', true],
  ['{a,{b,c}}/x', 'c/x', true],
  ['?', '😀', true],
  ['A', 'a', false],
])('%s and %s: %s', (glob, path, expected) => {
  expect(compileGlob(glob)(path)).toBe(expected)
})

it('takes all spellings for one where it is to be loose', () => {
  const matches = compileGlob('Caf\u00e9/*.KEY', { loose: true })
  expect(matches('cafe\u0301/id.key')).toBe(true)
})

it.each(['', '/a', 'a//b', '../a', 'a/..', '{a', 'a}', '[a', 'a\\b', '{a,b}'.repeat(7)])(
  'refuses %j',
  (glob) => {
    expect(() => compileGlob(glob)).toThrow(/the pattern must|has no partner|braces give/)
  },
)

it('takes no longer for patterns that others never end with', () => {
  const started = performance.now()
  const name = 'a'.repeat(255)
  expect(compileGlob(`${'*a'.repeat(100)}b`)(name)).toBe(false)
  expect(compileGlob(`${'**/a/'.repeat(40)}b`)('a/'.repeat(1_000))).toBe(false)
  expect(performance.now() - started).toBeLessThan(1_000)
})

it('takes any of several patterns, and what lies below one where that counts', () => {
  const exact = compileGlobs(['private', 'a/*.md'])
  const below = compileGlobs(['private', 'a/*.md'], { below: true })
  expect(['x/private', 'a/b.md', 'private/x', 'a/b.md/c', 'a'].map(exact)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
  expect(['x/private', 'a/b.md', 'private/x', 'a/b.md/c', 'a'].map(below)).toEqual([
    true,
    true,
    true,
    true,
    false,
  ])
  expect(compileGlobs([])('a')).toBe(false)
})

it.each([
  ['long names', 'a'.repeat(250), `${'a'.repeat(250)}/`.repeat(16)],
  ['many names', 'a', 'a/'.repeat(2_000)],
])('bounds what patterns cost together, for %s', (_, piece, path) => {
  const globs = Array.from({ length: 64 }, () => `{a,b}{a,b}*${piece}${'x'.repeat(16)}?`)
  expect(() => compileGlobs(globs)).toThrow(/all patterns together come to more than 4096/)
  const most = compileGlobs(Array.from({ length: 39 }, () => `*${'a'.repeat(100)}?b`))
  const started = performance.now()
  expect(most(path.slice(0, -1))).toBe(false)
  expect(performance.now() - started).toBeLessThan(1_000)
})
