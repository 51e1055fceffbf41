import { createManualClock } from '@mcp/protocol/testing'
import { expect, it } from 'vitest'

import { createStartPolicy } from './start-policy.ts'

it('refuses starts during the backoff, which doubles up to a minute', () => {
  const clock = createManualClock()
  const policy = createStartPolicy('broken', clock, () => 1)
  const delays = Array.from({ length: 10 }, () => {
    const { details, message } = policy.failed(new Error('no such file'))
    expect(message).toContain('"broken" could not be started')
    expect(() => policy.assertAllowed()).toThrow('no such file')
    const delayMs = Number(details?.['retryAfterMs'])
    clock.advance(delayMs)
    expect(() => policy.assertAllowed()).not.toThrow()
    return delayMs
  })
  expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
  policy.succeeded()
  expect(policy.failed(new Error('x')).details).toMatchObject({ retryAfterMs: 500 })
})

it('starts at once after the first crash, and with a backoff in a crash loop', () => {
  const clock = createManualClock()
  const policy = createStartPolicy('broken', clock, () => 1)
  policy.crashed(100)
  expect(() => policy.assertAllowed()).not.toThrow()
  policy.crashed(100)
  expect(() => policy.assertAllowed()).toThrow('ended during several calls in a row')
  clock.advance(500)
  policy.crashed(60_000)
  policy.crashed(100)
  expect(() => policy.assertAllowed()).not.toThrow()
})

it('starts at once after a reset', () => {
  const policy = createStartPolicy('broken', createManualClock())
  policy.failed(new Error('x'))
  policy.reset()
  expect(() => policy.assertAllowed()).not.toThrow()
})
