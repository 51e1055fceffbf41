import fc from 'fast-check'
import { expect, it } from 'vitest'

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
