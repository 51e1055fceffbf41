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

const exchange = (
  text: string,
  pattern: string,
  replacement: string,
  flags = '',
  literal = false,
) => replace.work({ text, pattern, replacement, flags, literal, all: true })

it.each(['(a+)+$', '(a|aa)+$', '(.*)*x', '^(([a-z])+.)+[A-Z]([a-z])+$', '(a|a?)+$'])(
  'matches %s in time linear in the text',
  async (pattern) => {
    const started = performance.now()
    await find(`${'a'.repeat(50_000)}!`, { pattern })
    expect(performance.now() - started).toBeLessThan(5_000)
  },
)

it.each(['emails', 'urls', 'numbers', 'dates'] as const)(
  'finds %s in time linear in the text',
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
    ['https://a.example/b_(c', 'http://x.example/?q=1&r=2'],
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

it('gives groups, each finding once, and no more than asked for', async () => {
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

it('asks for the pattern, and for a group that is there', async () => {
  await expect(find('a')).rejects.toMatchObject({ details: { path: ['params', 'pattern'] } })
  await expect(find('a', { pattern: 'a', group: 1 })).rejects.toMatchObject({
    details: { path: ['params', 'group'] },
  })
})

it('replaces by groups, names and flags', async () => {
  expect(await exchange('Ann Lee', '(?<first>\\w+) (?<last>\\w+)', '$<last>, $1')).toBe('Lee, Ann')
  expect(await exchange('a\nA', '^a$', 'x', 'im')).toBe('x\nx')
  expect(await exchange('5', '\\d', '$$$&')).toBe('$5')
})

it('takes a literal pattern and replacement at their word', async () => {
  expect(await exchange('a.c a.C', 'a.c', '$1 $& \\', '', true)).toBe('$1 $& \\ a.C')
  expect(await exchange('a.c a.C abc', 'a.c', '$1', 'i', true)).toBe('$1 $1 abc')
  expect(await exchange('[x](y)/-', '[x](y)/-', 'z', 'i', true)).toBe('z')
})

it('splits at a pattern and keeps what is empty', async () => {
  const params = { by: 'pattern', separator: ',', flags: '', trim: false } as const
  expect(await split.work({ ...params, text: ',a,,b,', pattern: ',' })).toEqual([
    '',
    'a',
    '',
    'b',
    '',
  ])
})
