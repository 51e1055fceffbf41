import fc from 'fast-check'
import { expect, it } from 'vitest'

import { parseExactJson } from './exact-json.ts'

it('keeps the digits of integers that JavaScript cannot represent', () => {
  expect(parseExactJson('[9007199254740991, 9007199254740993, -1e400, 0.5]')).toEqual([
    9007199254740991,
    '9007199254740993',
    '-1e400',
    0.5,
  ])
})

it.each([
  ['0.30000000000000004', 0.30000000000000004],
  ['0.12345678901234567890', '0.12345678901234567890'],
  ['123456789.12345678901', '123456789.12345678901'],
  ['1e-400', '1e-400'],
  ['1.50', 1.5],
  ['-0.001e3', -1],
  ['1E5', 100_000],
  ['5e-324', 5e-324],
  ['-0', -0],
])('reads %s as %j', (text, value) => {
  expect(parseExactJson(`{"n": ${text}}`)).toEqual({ n: value })
})

it('is JSON.parse for everything else', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = JSON.stringify(value)
      fc.pre(!/\d{16}|e\+/.test(text))
      expect(parseExactJson(text)).toEqual(JSON.parse(text))
    }),
  )
})

it('refuses nesting that would overflow the stack of what walks the value', () => {
  const nested = (depth: number, inner: string) =>
    `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`
  expect(JSON.stringify(parseExactJson(nested(100, '1e1')))).toBe(nested(100, '10'))
  for (const inner of ['1', '1e1']) {
    expect(() => parseExactJson(nested(5000, inner))).toThrow('more than 100 levels')
  }
})
