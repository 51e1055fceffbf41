import { expect, it } from 'vitest'

import { decisionsFor, reasonsOf } from './describe-approval.ts'

const approval = { type: 'approval-required', callId: 'a' } as const

it('states each reason with what it is about', () => {
  const reasons = ['changes', 'leaves', 'policy', 'changed', 'read-from-outside'] as const
  expect(
    reasonsOf({
      ...approval,
      reasons,
      sendsTo: 'example.com',
      changes: ['its description'],
      readFrom: ['internet.fetch https://example.com'],
    }),
  ).toEqual([
    'It changes something.',
    'It sends data to example.com.',
    'This conversation requires approval of every call.',
    'The operation has changed since you allowed it: its description.',
    'The run has read text from outside: internet.fetch https://example.com. That text may have caused this call.',
  ])
  expect(reasonsOf({ ...approval, reasons: ['leaves'] })).toEqual([
    'It sends data to another machine.',
  ])
})

it.each([
  [{ readOnly: false, destructive: true }, /may replace or delete what exists/],
  [{ readOnly: false, destructive: false }, /^It changes something\.$/],
])('states the effect of a call with the hints %j', (hints, expected) => {
  expect(reasonsOf({ ...approval, reasons: ['changes'] }, hints)).toEqual([
    expect.stringMatching(expected),
  ])
})

it('offers the narrowest decision first, and names the operation', () => {
  const choices = decisionsFor({
    kind: 'call',
    callId: 'a',
    step: 1,
    tool: 'roots_delete',
    server: 'roots',
    operation: 'delete',
    argumentsText: '',
    state: 'approval',
  })
  expect(choices.map(({ decision }) => decision)).toEqual([
    'once',
    'conversation',
    'always',
    'deny',
  ])
  expect(choices[1]?.description).toContain('roots.delete')
})
