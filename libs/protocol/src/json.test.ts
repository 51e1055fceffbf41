import fc from 'fast-check'
import { expect, it, onTestFinished, vi } from 'vitest'

import { parseJson } from './json.ts'

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

it('parses what JSON.parse parses', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text))
    }),
  )
})

it('accepts as many levels as the limit, and not one more', () => {
  expect(parseJson(nested(128))).toBeInstanceOf(Array)
  expect(() => parseJson(nested(129))).toThrow('nested more than 128 levels')
})

it('refuses 100,000 levels before parsing', () => {
  expect(() => parseJson(nested(100_000))).toThrow('nested more than')
})

it('does not count brackets inside strings', () => {
  const text = JSON.stringify([`${'['.repeat(500)}"\\`, '{'.repeat(500)])
  expect(parseJson(text)).toHaveLength(2)
})

it('counts the same levels for any content of strings', () => {
  fc.assert(
    fc.property(fc.string(), (content) => {
      const text = `[${JSON.stringify(content.repeat(10))},${nested(128)}]`
      expect(() => parseJson(text)).toThrow('nested more than')
    }),
  )
})

it('reports the position of invalid JSON', () => {
  expect(() => parseJson('{"a": nope}')).toThrow(/^Invalid JSON/)
})

it.each([
  ['numbers', (count: number) => `[${'1,'.repeat(count)}1]`],
  ['members', (count: number) => `{${'"a":1,'.repeat(count)}"a":1}`],
  ['objects', (count: number) => `[${'{},'.repeat(count / 2)}1]`],
  ['arrays', (count: number) => `[${'[[[[[[]]]]]],'.repeat(count / 7)}1]`],
])('refuses more than a number of %s, before it parses them', (_, text) => {
  const maxValues = 7000
  expect(() => parseJson(text(maxValues), { maxValues })).toThrow('has more than 7000 values')
  expect(() => parseJson(`${text(maxValues)}nope`, { maxValues })).toThrow('has more than')
  expect(parseJson(text(maxValues - 7), { maxValues })).toBeDefined()
})

it('does not count what strings contain', () => {
  const text = JSON.stringify(['a,b,[c],{d}', '\\",",\\'].map((part) => part.repeat(100)))
  expect(parseJson(text, { maxValues: 3 })).toHaveLength(2)
})

it.each([
  '9007199254740993',
  '-9007199254740993',
  '12345678901234567890',
  '9007199254740992.5e0',
  '900719925474.0993e4',
  '12345678901234.5678e10',
  '9007199254740993.5',
  '1e400',
  '-1E+400',
  '123e-10000000',
])('keeps the digits of %s, which no number represents', (number) => {
  expect(parseJson(`{"a":[${number}]}`)).toEqual({ a: [number] })
  expect(parseJson(number)).toBe(number)
  expect(parseJson(` [1,${number} ,"${number}"]`, { convertInexact: () => 'x' })).toEqual([
    1,
    'x',
    number,
  ])
})

it.each([
  '9007199254740992',
  '6.02214076e23',
  '100000000000000000000',
  '1e308',
  '5e-324',
  '0.0000',
  '0e999',
  '-0',
  '1.0000000000000000000',
  '3.14159265358979323846',
  '0.12345678901234567',
  '123456789012345.125',
  '0.99999999999999999999',
])('parses %s as a number', (number) => {
  expect(parseJson(`{"a":[${number}]}`)).toEqual({ a: [Number(number)] })
})

it('keeps the digits of every whole number', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), (whole) => {
      const [value] = [parseJson(`[${whole}]`)].flat()
      expect(BigInt(String(value).includes('e') ? Number(value) : String(value))).toBe(whole)
    }),
  )
})

it('parses long fractions without a reviver, which would take several times as long', () => {
  const parse = vi.spyOn(JSON, 'parse')
  onTestFinished(() => parse.mockRestore())
  const fractions = JSON.stringify(Array.from({ length: 20_000 }, (_, index) => (index + 1) / 7))
  parseJson(fractions)
  expect(parse).toHaveBeenLastCalledWith(fractions, undefined)
  parseJson('[12345678901234567890]')
  expect(parse).toHaveBeenLastCalledWith('[12345678901234567890]', expect.any(Function))
})

it('parses a text with long numbers in strings and a key __proto__ like any other', () => {
  const text = '{"__proto__":{"a":"1234567890123456789"},"b":[1e5,2]}'
  expect(JSON.stringify(parseJson(text))).toBe(
    '{"__proto__":{"a":"1234567890123456789"},"b":[100000,2]}',
  )
})
