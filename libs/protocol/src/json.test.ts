import fc from 'fast-check'
import { expect, it } from 'vitest'

import { parseJson } from './json.ts'

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

it('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text))
    }),
  )
})

it('takes as many levels as the limit says, and not one more', () => {
  expect(parseJson(nested(128))).toBeInstanceOf(Array)
  expect(() => parseJson(nested(129))).toThrow('nests deeper than 128 levels')
})

it('refuses 100,000 levels without trying', () => {
  expect(() => parseJson(nested(100_000))).toThrow('nests deeper')
})

it('does not count brackets inside strings', () => {
  const text = JSON.stringify([`${'['.repeat(500)}"\\`, '{'.repeat(500)])
  expect(parseJson(text)).toHaveLength(2)
})

it('counts alike whatever stands in the strings', () => {
  fc.assert(
    fc.property(fc.string(), (content) => {
      const text = `[${JSON.stringify(content.repeat(10))},${nested(128)}]`
      expect(() => parseJson(text)).toThrow('nests deeper')
    }),
  )
})

it('says where a text stops being JSON', () => {
  expect(() => parseJson('{"a": nope}')).toThrow(/^The body is not JSON/)
})
