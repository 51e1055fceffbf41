import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { fingerprint } from './fingerprint.ts'

it('is equal for equal payloads, regardless of the order of their keys', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (any) => {
      const copy: unknown = JSON.parse(JSON.stringify(any))
      expect(fingerprint('a', reversed(copy))).toBe(fingerprint('a', any))
      expect(Number.isSafeInteger(fingerprint('a', any))).toBe(true)
    }),
    { numRuns: 300 },
  )
})

it('differs for different payloads', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
      fc.pre(canonical(left) !== canonical(right))
      expect(fingerprint('a', left)).not.toBe(fingerprint('a', right))
    }),
    { numRuns: 300 },
  )
})

it.each([
  [
    { a: 1, b: 2 },
    { a: 2, b: 1 },
  ],
  [{ a: { b: 1 } }, { b: { a: 1 } }],
  [
    [1, 2],
    [2, 1],
  ],
  [['ab'], ['a', 'b']],
  [{ a: [] }, { a: {} }],
  [{ a: '1' }, { a: 1 }],
  [{ a: null }, {}],
  [{ a: false }, { a: null }],
  [{ ab: 'c' }, { a: 'bc' }],
])('distinguishes %j from %j', (left, right) => {
  expect(fingerprint('a', left)).not.toBe(fingerprint('a', right))
})

it('distinguishes types, and has no collision among 100,000 payloads', () => {
  expect(fingerprint('a', {})).not.toBe(fingerprint('b', {}))
  const seen = new Set<number>()
  for (let number = 0; number < 100_000; number++) seen.add(fingerprint('a', { number }))
  expect(seen.size).toBe(100_000)
})

function reversed(any: unknown): unknown {
  if (Array.isArray(any)) return any.map(reversed)
  if (typeof any !== 'object' || any === null) return any
  return Object.fromEntries(
    Object.entries(any)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}

function canonical(any: unknown): string {
  return JSON.stringify(any, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
