import fc from 'fast-check'
import { expect, it } from 'vitest'

import { isSameSecret } from './same-secret.ts'

it('agrees with equality', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (left, right) => {
      expect(isSameSecret(left, right)).toBe(left === right)
      expect(isSameSecret(left, left)).toBe(true)
    }),
  )
})
