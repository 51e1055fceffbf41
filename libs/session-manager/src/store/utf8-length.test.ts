import { expect, it } from 'vitest'

import { utf8Length } from './utf8-length.ts'

it.each([
  ['nothing', ''],
  ['ASCII', 'x'.repeat(40_000)],
  ['two bytes', 'ä'.repeat(16_385)],
  ['three bytes', '語'.repeat(16_385)],
  ['surrogate pairs at the end of a part', `x${'😀'.repeat(10_000)}`],
  ['a lone surrogate', `a\uD800b${'x'.repeat(20_000)}\uDC00`],
])('counts the bytes of %s', (_, text) => {
  expect(utf8Length(text)).toBe(new TextEncoder().encode(text).byteLength)
})
