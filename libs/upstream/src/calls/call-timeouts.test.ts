import { createManualClock } from '@mcp/protocol/testing'
import { expect, it } from 'vitest'

import { startTimeouts } from './call-timeouts.ts'

const limits = { callIdleTimeoutMs: 60_000, callTimeoutMs: 3_600_000 }

it('aborts a call without progress', () => {
  const clock = createManualClock()
  const { signal } = startTimeouts(clock, 'slow', limits)
  clock.advance(59_999)
  expect(signal.aborted).toBe(false)
  clock.advance(1)
  expect(signal.reason).toMatchObject({
    code: 'timeout',
    retryable: false,
    message: expect.stringContaining('"slow" did not respond or report progress for 60000 ms'),
  })
})

it('keeps a call alive for an hour while it reports progress', () => {
  const clock = createManualClock()
  const timeouts = startTimeouts(clock, 'slow', limits)
  for (let elapsed = 0; elapsed < 3_540_000; elapsed += 59_000) {
    clock.advance(59_000)
    timeouts.touch()
  }
  clock.advance(59_999)
  expect(timeouts.signal.aborted).toBe(false)
  timeouts.touch()
  clock.advance(1)
  expect(timeouts.signal.aborted).toBe(true)
})

it('does not count the time in which a person responds', async () => {
  const clock = createManualClock()
  const timeouts = startTimeouts(clock, 'slow', limits)
  const { promise, resolve } = Promise.withResolvers<string>()
  const paused = timeouts.pause(promise)
  clock.advance(600_000)
  resolve('yes')
  await paused
  expect(timeouts.signal.aborted).toBe(false)
  clock.advance(60_000)
  expect(timeouts.signal.aborted).toBe(true)
})

it('leaves no timer behind', () => {
  const clock = createManualClock()
  const timeouts = startTimeouts(clock, 'slow', limits)
  void timeouts.pause(new Promise(() => {}))
  timeouts.stop()
  timeouts.touch()
  expect(clock.pending()).toBe(0)
})
