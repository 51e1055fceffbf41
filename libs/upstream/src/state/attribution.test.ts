import { expect, it } from 'vitest'

import type { RelayedCall } from '../calls/relayed-call.ts'
import { attributeTo } from './attribution.ts'

const call = (sessionId?: string): RelayedCall => ({ sessionId, ask: undefined, log() {} })

it('returns the only call, or the latest of one session', () => {
  const [first, second] = [call('a'), call('a')]
  expect(attributeTo(new Set([first]))).toBe(first)
  expect(attributeTo(new Set([first, second]))).toBe(second)
  expect(attributeTo(new Set())).toBeUndefined()
})

it('returns undefined if several sessions have calls in flight', () => {
  expect(attributeTo(new Set([call('a'), call('b')]))).toBeUndefined()
  expect(attributeTo(new Set([call('a'), call('b'), call('a')]))).toBeUndefined()
  expect(attributeTo(new Set([call(), call()]))).toBeUndefined()
})
