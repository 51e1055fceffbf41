import { expect, it } from 'vitest'

import { lineSeparatorOf } from './editor-extensions.ts'

it.each([
  ['a\nb', undefined],
  ['', undefined],
  ['a\r\nb\r\n', '\r\n'],
  ['a\r\nb\nc', undefined],
  ['\na\r\n', undefined],
  ['a\rb\r\n', undefined],
])('reads the line separator of %j', (text, expected) => {
  expect(lineSeparatorOf(text)).toBe(expected)
})
