import type { RunView } from '@mcp/client/runs'
import { expect, it } from 'vitest'

import { describeEnd } from './describe-end.ts'

const view: RunView = { state: 'finished', items: [] }

it('describes no end of a run that is in progress or complete', () => {
  expect(describeEnd({ state: 'running', items: [] })).toBeUndefined()
  expect(describeEnd({ ...view, reason: 'answered' })).toBeUndefined()
})

it('states the note of a run without text', () => {
  const note = 'The model returned no text.'
  expect(describeEnd({ ...view, reason: 'answered', note })).toMatchObject({ text: note })
})

it.each(['stopped', 'interrupted', 'step-limit', 'call-limit', 'token-limit', 'length'] as const)(
  'offers to continue after %s',
  (reason) => {
    expect(describeEnd({ ...view, reason })?.actions[0]).toBe('continue')
  },
)

it.each([
  ['unauthenticated', 'models'],
  ['rate-limited', 'retry'],
  ['upstream-error', 'retry'],
] as const)('states the error %s, and what to do', (code, action) => {
  const error = { code, message: 'It failed.', retryable: false }
  const end = describeEnd({ ...view, reason: 'failed', error })
  expect(end).toMatchObject({ tone: 'error', text: 'It failed.' })
  expect(end?.actions[0]).toBe(action)
})
