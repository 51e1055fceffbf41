import fc from 'fast-check'
import { expect, it } from 'vitest'

import { leadingFragmentBytes, trailingFragmentBytes } from './utf8.ts'

it('finds the characters that a cut separates', () => {
  const characters = fc.constantFrom('a', 'é', '€', '😀')
  const texts = fc.array(characters, { minLength: 1, maxLength: 6 }).map((all) => all.join(''))
  fc.assert(
    fc.property(texts, fc.nat(24), (text, at) => {
      const bytes = Buffer.from(text)
      const cut = Math.min(at, bytes.length)
      const head = bytes.subarray(0, cut)
      const tail = bytes.subarray(cut)
      const before = head.subarray(0, head.length - trailingFragmentBytes(head)).toString()
      const after = tail.subarray(leadingFragmentBytes(tail)).toString()
      expect(before + after).not.toContain('\uFFFD')
      expect(text.startsWith(before) && text.endsWith(after)).toBe(true)
      // At most the one character at the cut is missing.
      expect(Array.from(text).length - Array.from(before + after).length).toBeLessThanOrEqual(1)
    }),
  )
})

it('returns 0 if nothing is cut', () => {
  const bytes = Buffer.from('a€')
  expect([leadingFragmentBytes(bytes), trailingFragmentBytes(bytes)]).toEqual([0, 0])
  expect([leadingFragmentBytes(Buffer.of()), trailingFragmentBytes(Buffer.of())]).toEqual([0, 0])
})
