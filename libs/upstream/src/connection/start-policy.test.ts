import { createManualClock } from '@mcp/protocol/testing'
import { expect, it } from 'vitest'

import { createStartPolicy } from './start-policy.ts'

function create() {
  const clock = createManualClock()
  return { clock, policy: createStartPolicy('broken', clock, () => 1) }
}

it('refuses starts during the backoff, which doubles up to a minute', () => {
  const { clock, policy } = create()
  const delays = Array.from({ length: 10 }, () => {
    const { details, message } = policy.begin().failed(new Error('no such file'))
    expect(message).toContain('"broken" could not be started')
    expect(() => policy.begin()).toThrow('no such file')
    const delayMs = Number(details?.['retryAfterMs'])
    clock.advance(delayMs)
    expect(() => policy.begin()).not.toThrow()
    return delayMs
  })
  expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
  policy.begin().succeeded()
  expect(policy.begin().failed(new Error('x')).details).toMatchObject({ retryAfterMs: 500 })
})

it('counts one of several attempts that fail at the same time', () => {
  const { clock, policy } = create()
  const attempts = [policy.begin(), policy.begin(), policy.begin()]
  const delays = attempts.map((attempt) => {
    const { details } = attempt.failed(new Error('x'))
    clock.advance(100)
    return details?.['retryAfterMs']
  })
  expect(delays).toEqual([500, 400, 300])
})

it('starts at once after the first crash, and with a backoff in a crash loop', () => {
  const { clock, policy } = create()
  const closeAfter = (livedMs: number, isCrash = true): void => {
    const openedAt = clock.now()
    clock.advance(livedMs)
    policy.closed({ openedAt, isCrash })
  }
  closeAfter(100)
  expect(() => policy.begin()).not.toThrow()
  closeAfter(100)
  expect(() => policy.begin()).toThrow('ended during several calls in a row')
  clock.advance(500)
  closeAfter(60_000)
  closeAfter(100)
  expect(() => policy.begin()).not.toThrow()
  closeAfter(100, false)
  expect(() => policy.begin()).not.toThrow()
  closeAfter(60_000, false)
  closeAfter(100)
  expect(() => policy.begin()).not.toThrow()
})

it('starts at once after a reset, although an earlier attempt fails later', () => {
  const { policy } = create()
  const earlier = policy.begin()
  policy.begin().failed(new Error('x'))
  policy.reset()
  expect(() => policy.begin()).not.toThrow()
  earlier.failed(new Error('y'))
  expect(() => policy.begin()).not.toThrow()
})
