import type { Health } from '@mcp/protocol'
import { createManualClock } from '@mcp/protocol/testing'
import { expect, it } from 'vitest'

import { createStatusRecorder } from './server-status.ts'

const unreachable: Health = { state: 'unhealthy', cause: 'unreachable', reason: 'Refused.' }

it('has each state since its first check, however often it is checked', () => {
  const clock = createManualClock()
  const status = createStatusRecorder(clock)
  const times: Record<string, number> = {}
  const start = clock.now()
  const steps: readonly (readonly [string, Health, boolean])[] = [
    ['starting', { state: 'unhealthy', reason: 'Not described.' }, true],
    ['healthy', { state: 'healthy' }, false],
    ['degraded', { state: 'degraded', reason: 'A folder is missing.' }, false],
    ['unreachable', unreachable, false],
    ['unknown', { state: 'unhealthy', cause: 'no-response' }, false],
    ['degraded', { state: 'unhealthy', reason: 'All folders are missing.' }, false],
  ]
  for (const [state, health, isDescribing] of steps) {
    clock.advance(1000)
    times[state] = state === 'starting' ? start : clock.now()
    for (let check = 0; check < 3; check++) {
      status.record(health, isDescribing)
      clock.advance(10)
    }
    const { reason } = health
    const since = new Date(times[state]).toISOString()
    expect(status.read()).toEqual({ state, since, ...(reason !== undefined && { reason }) })
  }
})

it('keeps the time if only the reason changes', () => {
  const clock = createManualClock()
  const status = createStatusRecorder(clock)
  expect(status.read()).toMatchObject({ state: 'unknown' })
  status.record(unreachable, false)
  const { since } = status.read()
  clock.advance(1000)
  status.record({ ...unreachable, reason: 'Its stream has ended.' }, false)
  expect(status.read()).toEqual({ state: 'unreachable', since, reason: 'Its stream has ended.' })
})
