import { expect, it } from 'vitest'

import { formatValue } from './format-value.ts'
import { stripControls, toPlainJson } from './terminal-text.ts'

const options = { width: 40, hasColor: false }
const clipboard = '\u001b]52;c;c2VjcmV0\u0007'

it.each([
  ['an escape sequence', '\u001b[31mred\u001b[0m', 'red'],
  ['a clipboard sequence', `a${clipboard}b`, 'ab'],
  ['a carriage return', 'good\rbad', 'goodbad'],
  ['an 8-bit sequence', '\u009b31mred', 'red'],
  ['a bidirectional override', 'a\u202eb', 'ab'],
  ['tabs and line feeds stay', 'a\tb\nc', 'a\tb\nc'],
])('removes from text: %s', (_name, text, expected) => {
  expect(stripControls(text)).toBe(expected)
  expect(formatValue(text, options)).toBe(expected)
})

it('removes control characters from tables, names and values', () => {
  const rows = [{ [`a${clipboard}`]: `1${clipboard}`, b: ['\u001b[2J'] }]
  const text = formatValue({ rows, [`c${clipboard}`]: '\u001b' }, options)
  expect(text).not.toMatch(/(?!\n)\p{Cc}/u)
})

it('escapes control characters in JSON, which stays the same value', () => {
  const value = { text: '\u001b[31m\u009b\u202e' }
  expect(toPlainJson(value)).not.toMatch(/\p{Cc}|\u202e/u)
  expect(JSON.parse(toPlainJson(value))).toEqual(value)
})

it('formats lists of objects as tables in the width of the terminal', () => {
  const rows = [
    { name: 'a', text: 'x'.repeat(80) },
    { name: 'long name', text: null },
  ]
  expect(formatValue(rows, options).split('\n')).toEqual([
    'name       text',
    `a          ${'x'.repeat(28)}…`,
    'long name',
  ])
  expect(formatValue({ items: [], next: 1 }, options)).toBe('No items.\n\nnext: 1')
})
