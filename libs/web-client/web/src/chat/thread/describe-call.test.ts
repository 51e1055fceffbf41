import type { RunCall } from '@mcp/client/runs'
import { expect, it } from 'vitest'

import { briefArguments, callName, callState, denialText } from './describe-call.ts'

const call: RunCall = {
  kind: 'call',
  callId: 'a',
  step: 1,
  tool: 'roots_read_file',
  argumentsText: '{"pa',
  state: 'finished',
}
const error = { code: 'forbidden', message: 'Denied.', retryable: false } as const

it('names a call by its operation, or by its tool', () => {
  expect(callName({ ...call, server: 'roots', operation: 'readFile' })).toBe('roots.readFile')
  expect(callName(call)).toBe('roots_read_file')
})

it('shows arguments in brief, also while they are written', () => {
  const args = { path: 'a.md', list: [1, 2], text: `${'x'.repeat(100)}\n` }
  expect(briefArguments({ ...call, arguments: args })).toBe(
    `path: a.md, list: [1,2], text: ${'x'.repeat(59)}…`,
  )
  expect(briefArguments(call)).toBe('{"pa')
})

it.each([
  [{ state: 'approval' }, 'Waits for you'],
  [{ outcome: { status: 'error', error } }, 'Failed'],
  [{ outcome: { status: 'error', error }, decision: 'deny', decidedBy: 'user' }, 'Denied'],
  [{ outcome: { status: 'error', error }, decision: 'deny', decidedBy: 'expired' }, 'Expired'],
  [{ outcome: { status: 'success', preview: '1', untrusted: false } }, 'Done'],
] as const)('describes %j as %s', (changes, text) => {
  expect(callState({ ...call, ...changes }).text).toBe(text)
})

it.each([
  [{ decision: 'deny', decidedBy: 'user' }, 'You denied this call.'],
  [{ decision: 'deny', decidedBy: 'expired' }, 'Denied: no decision came in time.'],
  [{ decision: 'deny', decidedBy: 'policy' }, undefined],
  [{ decision: 'once', decidedBy: 'user' }, undefined],
] as const)('describes the denial of %j as %s', (changes, text) => {
  expect(denialText({ ...call, ...changes })).toBe(text)
})
