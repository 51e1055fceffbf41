import { createRequest } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { createDispatcher } from '../dispatcher.ts'
import { createManualClock } from '@mcp/protocol/testing'
import { createRateLimiter } from '@mcp/concurrency'
import { createSampleServer } from '../fixtures/sample-server.ts'

it('allows the configured number of requests, and returns the time to wait', () => {
  const clock = createManualClock()
  const limit = createRateLimiter({ requests: 3, perMs: 300 }, clock)
  expect([limit('ann'), limit('ann'), limit('ann'), limit('ann')]).toEqual([0, 0, 0, 100])
  expect(limit('bob')).toBe(0)
  clock.advance(100)
  expect([limit('ann'), limit('ann')]).toEqual([0, 100])
  clock.advance(10_000)
  expect([limit('ann'), limit('ann'), limit('ann'), limit('ann')]).toEqual([0, 0, 0, 100])
})

it('evicts the least recently seen caller beyond maxKeys', () => {
  const clock = createManualClock()
  const limit = createRateLimiter({ requests: 1, perMs: 100, maxKeys: 2 }, clock)
  expect([limit('a'), limit('b'), limit('c'), limit('c'), limit('b')]).toEqual([0, 0, 0, 100, 100])
  expect(limit('a')).toBe(0)
})

it('limits by principal or, without a principal, by session', async () => {
  const clock = createManualClock()
  const dispatcher = createDispatcher({
    servers: [createSampleServer()],
    rateLimit: { requests: 1, perMs: 1000 },
    clock,
  })
  const send = (principal?: string, sessionId?: string) =>
    dispatcher.dispatch(createRequest('tool-execution'), { principal, sessionId })
  expect((await send('ann', 's1')).status).toBe('success')
  expect(await send('ann', 's2')).toMatchObject({
    error: { code: 'rate-limited', retryable: true, details: { retryAfterMs: 1000 } },
  })
  expect((await send(undefined, 's1')).status).toBe('success')
  expect((await send(undefined, 's1')).status).toBe('error')
  await dispatcher.close()
  expect(clock.pending()).toBe(0)
})

it('accepts a custom limiter', async () => {
  const keys: string[] = []
  const dispatcher = createDispatcher({
    servers: [createSampleServer()],
    rateLimit: async (key) => keys.push(key) * 10,
  })
  const response = await dispatcher.dispatch(createRequest('tool-execution'), { sessionId: 's' })
  expect(response).toMatchObject({ error: { details: { retryAfterMs: 10 } } })
  expect(keys).toEqual(['s'])
  await dispatcher.close()
})
