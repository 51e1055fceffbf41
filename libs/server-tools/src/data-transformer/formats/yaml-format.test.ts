import { parse } from 'yaml'
import { expect, it } from 'vitest'

import { convert } from './convert.ts'
import { yamlFormat } from './yaml-format.ts'

const options = { delimiter: ',', header: true, typed: true, escapeFormulas: true, root: 'r' }
const read = (text: string) => yamlFormat.read(text, options)
const write = (value: unknown) => yamlFormat.write(value, options)

it.each([
  ['base: &b {a: 1}\nx:\n  <<: *b\n  c: 2\n', { base: { a: 1n }, x: { a: 1n, c: 2n } }],
  [
    'a: &a {k: 1}\nb: &b {k: 2, l: 3}\nx: {<<: [*a, *b]}',
    { a: { k: 1n }, b: { k: 2n, l: 3n }, x: { k: 1n, l: 3n } },
  ],
  ['a: &a {k: 1}\nx: {k: 9, <<: *a}', { a: { k: 1n }, x: { k: 9n } }],
  ['"<<": 1', { '<<': 1n }],
  ["? '<<'\n: {a: 1}", { '<<': { a: 1n } }],
])('merges %j', async (text, expected) => {
  expect(await read(text)).toEqual(expected)
})

const ambiguous = (
  'y Y n no No NO yes on Off true null ~ = << 0b1 010 0o7 0x1F 1_000 +1 .5 1. 1e3 .inf -.INF .NaN ' +
  '12:30:45 190:20:30.15 -1:30 2001-01-01 2001-12-14t21:59:43.10-05:00'
).split(' ')

it.each(['', ...ambiguous])(
  'quotes %j, which is not text for readers of YAML 1.1',
  async (text) => {
    const written = await write({ value: text, list: [text], [text]: 'x' })
    expect(parse(written, { version: '1.1' })).toEqual({ value: text, list: [text], [text]: 'x' })
    expect(written).toMatch(/^value: ["']/)
    expect(await read(written)).toEqual({ value: text, list: [text], [text]: 'x' })
  },
)

it.each(['\u0085', '\u2028', '\u2029', '\u007F', '\u009B', '\uFEFF', '\uFFFE', '\uD800', '\0'])(
  'escapes the character %j',
  async (character) => {
    const value = { [`k${character}`]: `a${character}b`, list: [character] }
    const written = await write(value)
    expect(written).toMatch(/^[\n\x20-\x7E]*$/)
    expect(await read(written)).toEqual(value)
  },
)

it.each([
  ['!!set {a, b}', { a: null, b: null }],
  ['!!omap [b: 1, a: 2]', [{ b: 1 }, { a: 2 }]],
  ['!!pairs [a: 1, a: 2]', [{ a: 1 }, { a: 2 }]],
  ['!!timestamp 2001-12-14', '2001-12-14T00:00:00.000Z'],
])('converts %j to JSON', async (text, expected) => {
  const data = { ...options, data: `x: ${text}`, from: 'yaml', to: 'json' } as const
  expect(await convert.work(data)).toEqual({ x: expected })
})

it.each([
  ' \n',
  '\n',
  ' \n\n',
  '\t\na',
  '  \n b\n',
  'a \n \nb ',
  '\n\na\n',
  ' a\n  b\n',
  '- a\n# b',
])('keeps the whitespace of %j', async (value) => {
  expect(await read(await write(value))).toBe(value)
  expect(parse(await write({ a: [value] }), { version: '1.1' })).toEqual({ a: [value] })
})

it('writes ordinary text without quotes', async () => {
  expect(
    await write({ name: 'Ann', path: '/a/b', time: 'at 12:30', long: 'x '.repeat(99) + 'x' }),
  ).toBe(`name: Ann\npath: /a/b\ntime: at 12:30\nlong: ${'x '.repeat(99)}x\n`)
})
