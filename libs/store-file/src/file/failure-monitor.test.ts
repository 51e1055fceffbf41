import { createManualClock } from '@mcp/protocol/testing'
import { expect, it } from 'vitest'

import { createFailureMonitor } from './failure-monitor.ts'

const fullDisk = Object.assign(new Error('database or disk is full'), {
  code: 'ERR_SQLITE_ERROR',
  errcode: 13,
})

it('reports a recovery only if no write fails in between, and the next failure at once', () => {
  const lines: string[] = []
  const clock = createManualClock()
  const monitor = createFailureMonitor({
    file: 'sessions.db',
    clock,
    onError: () => lines.push('failed'),
    onRecovery: (message) => lines.push(message),
  })
  const recovered = 'The data store can be written again. File: "sessions.db".'
  for (let round = 0; round < 3; round++) {
    monitor.failed(fullDisk, true)
    monitor.wrote()
    clock.advance(1000)
  }
  expect(lines).toEqual(['failed'])
  monitor.wrote()
  clock.advance(2000)
  expect(lines).toEqual(['failed', recovered])
  monitor.failed(fullDisk, true)
  expect(lines).toEqual(['failed', recovered, 'failed'])
})
