import type { RequestContext } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { canRelay } from './relayed-rounds.ts'

const context: RequestContext = {
  sessionId: 'ses-1',
  deadline: 1,
  signal: new AbortController().signal,
  rounds: { responses: {}, require() {} },
}

it.each([
  ['a'.repeat(32_000), true],
  ['a'.repeat(33_000), false],
  ['漢'.repeat(10_000), true],
  ['漢'.repeat(11_000), false],
  ['"'.repeat(16_000), true],
  ['"'.repeat(17_000), false],
  ['\u0001'.repeat(5000), true],
  ['\u0001'.repeat(6000), false],
])('relays a state by its encoded length (%#)', (requestState, expected) => {
  const required = { resultType: 'input_required' as const, inputRequests: {}, requestState }
  expect(canRelay(required, context, {})).toBe(expected)
})
