import { expect, it } from 'vitest'

import { createReplayGuard } from './replay-guard.ts'

it('accepts each number of a signer once', () => {
  const guard = createReplayGuard()
  expect(guard.accept('a', 1)).toBe(true)
  expect(guard.accept('a', 3)).toBe(true)
  expect(guard.accept('a', 2)).toBe(true)
  expect(guard.accept('b', 1)).toBe(true)
  for (const number of [1, 2, 3]) expect(guard.accept('a', number)).toBe(false)
})

it('still refuses the requests of a busy signer after many other signers', () => {
  const guard = createReplayGuard()
  for (let other = 1; other <= 40; other++) {
    expect(guard.accept('busy', other)).toBe(true)
    expect(guard.accept(`other-${other}`, 1)).toBe(true)
  }
  for (let number = 1; number <= 40; number++) expect(guard.accept('busy', number)).toBe(false)
})
