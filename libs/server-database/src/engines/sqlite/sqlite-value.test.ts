import { expect, it } from 'vitest'

import { sizeOf } from './sqlite-value.ts'

it.each([
  ['ä', 2],
  ['語', 3],
  ['😀', 4],
  ['a', 1],
])('counts the bytes of the text %s', (text, bytes) => {
  expect(sizeOf([text.repeat(100)])).toBe(bytes * 100)
})

it('counts the bytes of a BLOB, and 8 bytes for each other value', () => {
  expect(sizeOf([new Uint8Array(3), 1n, 1.5, null, undefined])).toBe(35)
})
