import { expect, it } from 'vitest'

import { shownStatus } from './server-state.ts'

const since = '2026-11-29T12:00:00.000Z'
const live = { state: 'live' } as const

it.each(['healthy', 'degraded', 'starting', 'unreachable', 'unknown'] as const)(
  'shows the state %s with its reason and its time',
  (state) => {
    const status = { state, reason: 'A reason.', since }
    expect(shownStatus({ health: { state: 'healthy' }, status }, live)).toEqual({
      state,
      reason: 'A reason.',
      since: Date.parse(since),
    })
  },
)

it('does not know a state without a connection', () => {
  const status = { state: 'healthy', since } as const
  const connection = { state: 'reconnecting', since: 7, retryAt: 9 } as const
  expect(shownStatus({ health: { state: 'healthy' }, status }, connection)).toEqual({
    state: 'unknown',
    reason: 'This page has no connection to the service.',
    since: 7,
  })
})

it('shows the health of an earlier version', () => {
  const health = { state: 'unhealthy', reason: 'Disk full.' } as const
  expect(shownStatus({ health }, live)).toEqual({
    state: 'degraded',
    reason: 'Disk full.',
    since: undefined,
  })
})
