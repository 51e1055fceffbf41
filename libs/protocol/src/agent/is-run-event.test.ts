import { expect, it } from 'vitest'

import { isRunEvent } from './is-run-event.ts'

it('accepts the events of a run, and nothing else', () => {
  const event = { type: 'step-started', step: 1 }
  expect(isRunEvent({ seq: 1, at: 1_700_000_000_000, event })).toBe(true)
  const others: unknown[] = [
    undefined,
    'step-started',
    event,
    { seq: 1, at: 1_700_000_000_000 },
    { seq: '1', at: 1_700_000_000_000, event },
    { seq: 1.5, at: 1_700_000_000_000, event },
    { seq: 1, event },
    { seq: 1, at: 1_700_000_000_000, event: { step: 1 } },
  ]
  expect(others.filter(isRunEvent)).toEqual([])
})
