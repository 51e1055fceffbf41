import fc from 'fast-check'
import picomatch from 'picomatch'
import { expect, it } from 'vitest'

import { measureTurns } from '../fixtures/measure-turns.ts'
import { compileGlob } from './glob.ts'

it.each([
  ['file:///*.md', 'file:///notes.md', true],
  ['file:///*.md', 'file:///docs/notes.md', false],
  ['file:///**/*.md', 'file:///notes.md', true],
  ['file:///**/*.md', 'file:///docs/2026/notes.md', true],
  ['file:///docs/**', 'file:///docs/2026/notes.md', true],
  ['file:///docs/**', 'file:///other/notes.md', false],
  ['memory:///log-?', 'memory:///log-1', true],
  ['memory:///log-?', 'memory:///log-10', false],
  ['memory:///[a-c]*', 'memory:///beta', true],
  ['memory:///[!a-c]*', 'memory:///beta', false],
  ['memory:///{todo,done}.md', 'memory:///done.md', true],
  ['memory:///{to{day,morrow},done}.md', 'memory:///tomorrow.md', true],
  ['memory:///\\*', 'memory:///*', true],
  ['memory:///\\*', 'memory:///a', false],
])('%s on %s: %s', (pattern, uri, fits) => {
  expect(compileGlob(pattern)(uri)).toBe(fits)
})

it.each(['a{b', 'a}b', 'a[b', 'a\\', '{a,b}'.repeat(6)])(
  'refuses %j with what is wrong',
  (pattern) => {
    expect(() => compileGlob(pattern)).toThrow('The pattern is not a glob: ')
  },
)

it('agrees with picomatch', () => {
  const text = fc.constantFrom('a', 'b', 'ab', '.', 'a.b', '')
  const part = fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]', '{a,b}', '.')
  const segment = fc.oneof(
    fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
    fc.constant('**'),
  )
  // With an end of their own: on whether a/** fits a itself, picomatch says yes, of */** it says no.
  const ended = (all: readonly string[]): string => [...all, 'end'].join('/')
  const pattern = fc.array(segment, { minLength: 1, maxLength: 4 }).map(ended)
  const path = fc.array(text, { minLength: 1, maxLength: 4 }).map(ended)
  fc.assert(
    fc.property(pattern, path, (glob, subject) => {
      fc.pre(isPlain(glob) && isPlainPath(subject))
      const fits = picomatch(glob, { dot: true, noextglob: true, posix: true })
      expect(compileGlob(glob)(subject)).toBe(fits(subject))
    }),
    { numRuns: 3000 },
  )
})

// Where the two differ on purpose: braces that stand for many globs, runs of stars, and names that are nothing but dots, which
// picomatch keeps out of wildcards. In URIs they do not occur.
const isPlain = (glob: string): boolean =>
  glob.split('{').length <= 6 &&
  !/[^/]\*\*|\*\*[^/]|(?:^|\/)\.*(?:\/|$)/.test(glob) &&
  !glob.includes('***')
const isPlainPath = (path: string): boolean =>
  path.split('/').every((segment) => segment !== '' && !/^\.+$/.test(segment))

it('takes no time over globs that would keep a regular expression busy for years', async () => {
  const fits = compileGlob(`memory:///${'*a'.repeat(40)}b`)
  const deep = compileGlob(`memory:///${'**/a/'.repeat(40)}b`)
  const longestTurnMs = await measureTurns(async () => {
    expect(fits(`memory:///${'a'.repeat(2000)}`)).toBe(false)
    expect(deep(`memory:///${'a/'.repeat(1000)}`)).toBe(false)
  })
  expect(longestTurnMs).toBeLessThan(50)
})
