import { expect, it } from 'vitest'

import { parseText, readNumber } from './parse-text.ts'

it('parses JSON, and keeps the digits of large numbers', () => {
  expect(parseText('{"a": [1, ""]}')).toEqual({ value: { a: [1, ''] } })
  expect(parseText('12345678901234567890')).toEqual({ value: '12345678901234567890' })
})

it.each([
  ['{\n  "root": "workspace",\n  "path": oops\n}', 3],
  ['{\n  "a": 1,\n}', 3],
  ['{\n  "a": 1\n  "b": 2\n}', 3],
  ['[\n1,\n2', 3],
  ['{"a": "x\ny"}', 1],
  ["{'a': 1}", 1],
  ['{"a": 1}\n\n}', 3],
  ['', 1],
])('reports the line of the error in %j', (text, line) => {
  const parsed = parseText(text)
  expect(parsed).toMatchObject({ line })
  expect(parsed).toHaveProperty(
    'problem',
    expect.stringMatching(/^Invalid JSON in line \d+: .+\.$/),
  )
})

it.each([
  ['', undefined],
  [' ', undefined],
  ['12', 12],
  ['-1.50', -1.5],
  ['1e3', 1000],
  ['1.', '1.'],
  ['-', '-'],
  ['two', 'two'],
  ['0x10', '0x10'],
  ['1e999', '1e999'],
  ['12345678901234567890', '12345678901234567890'],
])('reads the number field "%s"', (text, value) => {
  expect(readNumber(text)).toBe(value)
})
