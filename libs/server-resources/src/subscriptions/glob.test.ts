import fc from 'fast-check'
import picomatch from 'picomatch'
import { expect, it } from 'vitest'

import { measureMaxBlockingMs } from '../fixtures/measure-max-blocking-ms.ts'
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
])('%s matches %s: %s', (pattern, uri, matches) => {
  expect(compileGlob(pattern)(uri)).toBe(matches)
})

it.each(['a{b', 'a}b', 'a[b', 'a\\', '{a,b}'.repeat(6)])(
  'rejects %j and reports the problem',
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
  // With an added last segment: picomatch matches a/** with a itself, but not */**.
  const ended = (all: readonly string[]): string => [...all, 'end'].join('/')
  const pattern = fc.array(segment, { minLength: 1, maxLength: 4 }).map(ended)
  const path = fc.array(text, { minLength: 1, maxLength: 4 }).map(ended)
  fc.assert(
    fc.property(pattern, path, (glob, subject) => {
      fc.pre(isPlain(glob) && isPlainPath(subject))
      const matches = picomatch(glob, { dot: true, noextglob: true, posix: true })
      expect(compileGlob(glob)(subject)).toBe(matches(subject))
    }),
    { numRuns: 3000 },
  )
})

// Intended differences: braces with many alternatives, runs of stars, and names that consist of dots, which
// wildcards of picomatch do not match. In URIs they do not occur.
const isPlain = (glob: string): boolean =>
  glob.split('{').length <= 6 &&
  !/[^/]\*\*|\*\*[^/]|(?:^|\/)\.*(?:\/|$)/.test(glob) &&
  !glob.includes('***')
const isPlainPath = (path: string): boolean =>
  path.split('/').every((segment) => segment !== '' && !/^\.+$/.test(segment))

it('matches globs in less than 50 ms that would take a regular expression years', async () => {
  const matches = compileGlob(`memory:///${'*a'.repeat(40)}b`)
  const deep = compileGlob(`memory:///${'**/a/'.repeat(40)}b`)
  const maxBlockingMs = await measureMaxBlockingMs(async () => {
    expect(matches(`memory:///${'a'.repeat(2000)}`)).toBe(false)
    expect(deep(`memory:///${'a/'.repeat(1000)}`)).toBe(false)
  })
  expect(maxBlockingMs).toBeLessThan(50)
})
