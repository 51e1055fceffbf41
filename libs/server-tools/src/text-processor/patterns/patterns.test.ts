import { expect, it } from 'vitest'

import { split } from '../parts/split.ts'
import { extract } from './extract.ts'
import { replace } from './replace.ts'

const find = (text: string, options: Partial<Parameters<typeof extract.work>[0]> = {}) =>
  extract.work({
    text,
    kind: 'pattern',
    flags: '',
    group: 0,
    unique: false,
    limit: 1_000,
    ...options,
  })

const replaceIn = (
  text: string,
  pattern: string,
  replacement: string,
  flags = '',
  literal = false,
) => replace.work({ text, pattern, replacement, flags, literal, all: true })

it.each(['(a+)+$', '(a|aa)+$', '(.*)*x', '^(([a-z])+.)+[A-Z]([a-z])+$', '(a|a?)+$'])(
  'matches %s in linear time',
  async (pattern) => {
    const started = performance.now()
    await find(`${'a'.repeat(50_000)}!`, { pattern })
    expect(performance.now() - started).toBeLessThan(5_000)
  },
)

it.each(['emails', 'urls', 'numbers', 'dates'] as const)(
  'finds %s in linear time',
  async (kind) => {
    const started = performance.now()
    await find('a'.repeat(50_000), { kind })
    await find('1'.repeat(50_000), { kind })
    await find('http://a@1.'.repeat(5_000), { kind })
    expect(performance.now() - started).toBeLessThan(5_000)
  },
)

it.each([
  [
    'emails',
    'a.b+c@ex-ample.co.uk, x@y and ümlaut@exämple.de',
    ['a.b+c@ex-ample.co.uk', 'ümlaut@exämple.de'],
  ],
  [
    'urls',
    '(https://a.example/b_(c)) http://x.example/?q=1&r=2.',
    ['https://a.example/b_(c)', 'http://x.example/?q=1&r=2'],
  ],
  [
    'urls',
    'See https://en.wikipedia.org/wiki/Foo_(bar). And (https://x.com/a).',
    ['https://en.wikipedia.org/wiki/Foo_(bar)', 'https://x.com/a'],
  ],
  [
    'urls',
    '[a](https://a.example/x_(y_(z))) [https://b.example](https://c.example), http://[::1]:80/?a[]=1!',
    [
      'https://a.example/x_(y_(z))',
      'https://b.example',
      'https://c.example',
      'http://[::1]:80/?a[]=1',
    ],
  ],
  [
    'numbers',
    '1,234.5 and -3e-2, .5; 2026-01-02 a1 (+4)',
    ['1,234.5', '-3e-2', '.5', '2026', '01', '02', '1', '+4'],
  ],
  [
    'dates',
    '2026-11-22T10:00:00Z, 22.11.2026, 1/2/2026, Nov 3, 2026 and 4 May 2026',
    ['2026-11-22T10:00:00Z', '22.11.2026', '1/2/2026', 'Nov 3, 2026', '4 May 2026'],
  ],
] as const)('finds the %s in %j', async (kind, text, matches) => {
  expect(await find(text, { kind })).toEqual({ matches, truncated: false })
})

it('returns groups, distinct matches, and at most the limit', async () => {
  const text = 'k=1 k=2 k=1'
  expect(await find(text, { pattern: 'k=(?<value>\\d)', group: 1, unique: true })).toEqual({
    matches: ['1', '2'],
    truncated: false,
  })
  expect(await find(text, { pattern: '\\d', limit: 2 })).toEqual({
    matches: ['1', '2'],
    truncated: true,
  })
})

it.each([
  ['(?=a)b', 'pattern'],
  ['(a)\\1', 'pattern'],
  ['(', 'pattern'],
  ['((a{100}){100}){100}', 'pattern'],
])('refuses the pattern %s', async (pattern, parameter) => {
  await expect(find('a', { pattern })).rejects.toMatchObject({
    code: 'invalid-params',
    details: { path: ['params', parameter], reason: 'pattern-syntax' },
  })
})

it('rejects a missing pattern and a group that does not exist', async () => {
  await expect(find('a')).rejects.toMatchObject({ details: { path: ['params', 'pattern'] } })
  await expect(find('a', { pattern: 'a', group: 1 })).rejects.toMatchObject({
    details: { path: ['params', 'group'] },
  })
})

it('replaces with groups, names and flags', async () => {
  expect(await replaceIn('Ann Lee', '(?<first>\\w+) (?<last>\\w+)', '$<last>, $1')).toBe('Lee, Ann')
  expect(await replaceIn('a\nA', '^a$', 'x', 'im')).toBe('x\nx')
  expect(await replaceIn('5', '\\d', '$$$&')).toBe('$5')
})

it('uses a literal pattern and replacement as plain text', async () => {
  expect(await replaceIn('a.c a.C', 'a.c', '$1 $& \\', '', true)).toBe('$1 $& \\ a.C')
  expect(await replaceIn('a.c a.C abc', 'a.c', '$1', 'i', true)).toBe('$1 $1 abc')
  expect(await replaceIn('[x](y)/-', '[x](y)/-', 'z', 'i', true)).toBe('z')
})

it('splits at a pattern and keeps empty parts', async () => {
  const params = { by: 'pattern', separator: ',', flags: '', trim: false } as const
  expect(await split.work({ ...params, text: ',a,,b,', pattern: ',' })).toEqual([
    '',
    'a',
    '',
    'b',
    '',
  ])
})
