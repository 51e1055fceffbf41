import fc from 'fast-check'
import picomatch from 'picomatch'
import { describe, expect, it } from 'vitest'

import { compileGlob, compileGlobs, literalPrefix } from './glob.ts'

describe('relative patterns', () => {
  const names = fc.stringMatching(/^[ab.]{1,3}$/).filter((name) => !/^\.{1,2}$/.test(name))
  const paths = fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  const nameGlobs = fc
    .array(fc.constantFrom('a', 'b', '.', '*', '?', '[ab]', '[!a]', '{a,b}', '{ab,b*}'), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => parts.join('').replaceAll(/\*+/g, '*'))
    .filter((glob) => !/^\.{1,2}$/.test(glob))
  // Every pattern has a slash, because a relative pattern without a slash matches in any directory.
  const globs = fc
    .array(fc.oneof(nameGlobs, fc.constant('**')), { minLength: 2, maxLength: 4 })
    .map((parts) => parts.join('/'))
    .filter((glob) => glob.split('{').length <= 6)
    // In picomatch a trailing "**" also matches the directory before it, and consecutive ones are joined.
    .filter(
      (glob) =>
        !glob.endsWith('**') && !glob.includes('**/**') && !/(^|\/)[^/]*\.\.?(\/|$)/.test(glob),
    )

  it('agree with picomatch', () => {
    fc.assert(
      fc.property(globs, paths, (glob, path) => {
        // Its fast paths for frequent patterns give other results: "*.*" then does not match "a.".
        const options = { dot: true, strictSlashes: true, posix: true, fastpaths: false }
        const expected = picomatch(glob, options)(path)
        const matches = compileGlob(glob, { relative: true })(path)
        expect({ glob, path, matches }).toEqual({ glob, path, matches: expected })
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([
    ['*.md', 'a/b/c.md', true],
    ['.env', 'a/.env', true],
    ['a/*.md', 'b/a/c.md', false],
    ['./a/*.md', 'a/c.md', true],
    ['./b.md', 'b.md', true],
    ['./b.md', 'a/b.md', false],
    ['./*.md', 'a/b.md', false],
    ['{./b,c}.md', 'a/b.md', false],
    ['{./b,c}.md', 'a/c.md', true],
    ['./**', 'a/b.md', true],
    ['**', 'a/b', true],
    ['a/**', 'a', true],
    ['a/**/b', 'a/b', true],
    ['[!a]x', 'ax', false],
    ['[]]', ']', true],
    ['{a,{b,c}}/x', 'c/x', true],
    ['?', '😀', true],
    ['A', 'a', false],
  ])('%s matches %s: %s', (glob, path, expected) => {
    expect(compileGlob(glob, { relative: true })(path)).toBe(expected)
  })

  it.each(['', '/a', 'a//b', '../a', 'a/..', '{a', 'a}', '[a', 'a\\b', '{a,b}'.repeat(7)])(
    'reject %j',
    (glob) => {
      expect(() => compileGlob(glob, { relative: true })).toThrow('Invalid pattern: ')
    },
  )

  it('match all spellings with the option loose', () => {
    const matches = compileGlob('Caf\u00e9/*.KEY', { relative: true, loose: true })
    expect(matches('cafe\u0301/id.key')).toBe(true)
  })

  it('match if one of several patterns matches, and match descendants if requested', () => {
    const globs = ['private', 'a/*.md']
    const paths = ['x/private', 'a/b.md', 'private/x', 'a/b.md/c', 'a']
    const exact = compileGlobs(globs, { relative: true })
    const descendants = compileGlobs(globs, { relative: true, descendants: true })
    expect(paths.map(exact)).toEqual([true, true, false, false, false])
    expect(paths.map(descendants)).toEqual([true, true, true, true, false])
    expect(compileGlobs([], { relative: true })('a')).toBe(false)
  })
})

describe('patterns of URIs', () => {
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
    ['memory:///[^a-c]*', 'memory:///beta', false],
    ['memory:///[\\]-]', 'memory:///-', true],
    ['memory:///{todo,done}.md', 'memory:///done.md', true],
    ['memory:///{to{day,morrow},done}.md', 'memory:///tomorrow.md', true],
    ['memory:///\\*', 'memory:///*', true],
    ['memory:///\\*', 'memory:///a', false],
    ['memory:///\\{a,b\\}', 'memory:///{a,b}', true],
    ['memory:///{a\\,b,c}', 'memory:///a,b', true],
  ])('%s matches %s: %s', (pattern, uri, expected) => {
    expect(compileGlob(pattern)(uri)).toBe(expected)
  })

  it.each(['a{b', 'a}b', 'a}b{', 'a[b', 'a[]', 'a\\', '{a,b}'.repeat(7)])(
    'reject %j',
    (pattern) => {
      expect(() => compileGlob(pattern)).toThrow('Invalid pattern: ')
    },
  )

  it('agree with picomatch', () => {
    const text = fc.constantFrom('a', 'b', 'ab', '.', 'a.b', '')
    const part = fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]', '{a,b}', '.')
    const segment = fc.oneof(
      fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
      fc.constant('**'),
    )
    // Pattern and path end with a name, because in picomatch a/** matches a itself, but */** does
    // not.
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

  // The intended differences: braces with many alternatives, runs of stars, and names of dots only, which
  // picomatch excludes from wildcards. They do not occur in URIs.
  const isPlain = (glob: string): boolean =>
    glob.split('{').length <= 6 &&
    !/[^/]\*\*|\*\*[^/]|(?:^|\/)\.*(?:\/|$)/.test(glob) &&
    !glob.includes('***')
  const isPlainPath = (path: string): boolean =>
    path.split('/').every((segment) => segment !== '' && !/^\.+$/.test(segment))
})

it('matches patterns in time that are exponential as regular expressions', () => {
  const started = performance.now()
  const name = 'a'.repeat(255)
  expect(compileGlob(`${'*a'.repeat(100)}b`, { relative: true })(name)).toBe(false)
  expect(compileGlob(`${'**/a/'.repeat(40)}b`, { relative: true })('a/'.repeat(1_000))).toBe(false)
  expect(compileGlob(`memory:///${'*a'.repeat(40)}b`)(`memory:///${'a'.repeat(2000)}`)).toBe(false)
  expect(performance.now() - started).toBeLessThan(1_000)
})

it.each([
  ['long names', 'a'.repeat(250), `${'a'.repeat(250)}/`.repeat(16)],
  ['many names', 'a', 'a/'.repeat(2_000)],
])('limits the total cost of patterns, for %s', (_, piece, path) => {
  const globs = Array.from({ length: 64 }, () => `{a,b}{a,b}*${piece}${'x'.repeat(16)}?`)
  expect(() => compileGlobs(globs)).toThrow('all patterns together have more than 4096 characters')
  const matchesLongList = compileGlobs(Array.from({ length: 39 }, () => `*${'a'.repeat(100)}?b`))
  const started = performance.now()
  expect(matchesLongList(path.slice(0, -1))).toBe(false)
  expect(performance.now() - started).toBeLessThan(1_000)
})

it('names the parameter in errors', () => {
  expect(() => compileGlob('[', { param: 'glob' })).toThrow(
    expect.objectContaining({
      code: 'invalid-params',
      details: expect.objectContaining({ path: ['params', 'glob'], reason: 'glob-syntax' }),
    }),
  )
})

it('returns the part before the first special character', () => {
  expect(['file:///a/*.md', 'a', 'a\\*', '{a,b}'].map(literalPrefix)).toEqual([
    'file:///a/',
    'a',
    'a',
    '',
  ])
})
