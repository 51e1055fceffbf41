import { systemClock } from '@mcp/protocol'
import { describe, expect, it } from 'vitest'

import { scriptedResponse, neverResponds, scriptedProvider } from '@mcp/llm/testing'
import { userMessage, resultOf, createTestServer } from '../fixtures/test-server.ts'

describe('the transcript', () => {
  it('records llm-response requests and the responses of this server', async () => {
    const { call, send } = createTestServer({ providers: [scriptedProvider(['Hello!'])] })
    const payload = {
      prompt: '2 and 3?',
      response: '5',
      model: 'elsewhere',
      usage: { inputTokens: 7, outputTokens: 1 },
    }
    const recorded = resultOf(await send(payload, {}, 'llm-response'))
    expect(recorded).toEqual({ exchangeId: expect.any(String), isCut: false })
    await call('complete', { prompt: 'Greet Ann.' })
    expect(await call('transcript')).toEqual({
      items: [
        {
          exchangeId: recorded['exchangeId'],
          at: expect.any(String),
          source: 'client',
          ...payload,
          isCut: false,
        },
        {
          exchangeId: expect.any(String),
          at: expect.any(String),
          source: 'sampling',
          prompt: 'Greet Ann.',
          response: 'Hello!',
          model: 'scripted-small',
          usage: { inputTokens: 10, outputTokens: 2 },
          isCut: false,
        },
      ],
    })
    expect(await call('transcript', { query: 'ANN' })).toMatchObject({
      items: [{ prompt: 'Greet Ann.' }],
    })
    expect(await call('transcript', {}, { sessionId: 'session-b' })).toEqual({ items: [] })
  })

  it('truncates long texts', async () => {
    const { call } = createTestServer({ maxResultBytes: 1_000_000 })
    const recorded = await call('recordExchange', { prompt: 'x'.repeat(200_000), response: 'y' })
    expect(recorded).toMatchObject({ isCut: true })
    expect(await call('transcript')).toMatchObject({ items: [{ prompt: 'x'.repeat(100_000) }] })
  })

  it('requires a session', async () => {
    const { call } = createTestServer()
    expect(await call('transcript', {}, { sessionId: undefined })).toMatchObject({
      error: { code: 'invalid-request', details: { reason: 'no-session' } },
    })
  })

  it('is paginated', async () => {
    const { call } = createTestServer()
    await call('recordExchange', { prompt: 'one', response: '1' })
    await call('recordExchange', { prompt: 'two', response: '2' })
    const first = await call('transcript', { limit: 1 })
    expect(first).toMatchObject({ items: [{ prompt: 'one' }], nextCursor: expect.any(String) })
    expect(await call('transcript', { cursor: first['nextCursor'] })).toMatchObject({
      items: [{ prompt: 'two' }],
    })
  })
})

describe('the usage', () => {
  it('reports the usage since a time, by model', async () => {
    let now = Date.UTC(2026, 0, 1)
    const clock = { now: () => now, after: () => () => {}, every: () => () => {} }
    const { call } = createTestServer({ providers: [scriptedProvider(['Hello!'])], clock })
    const context = { deadline: now + 10_000_000 }
    await call('complete', { prompt: 'Hello', model: 'large' }, context)
    now += 60_000
    await call('complete', { prompt: 'Hello', model: 'small' }, context)
    await call(
      'recordExchange',
      { prompt: 'p', response: 'r', usage: { inputTokens: 5, outputTokens: 1 } },
      context,
    )
    const small = { model: 'small', calls: 1, inputTokens: 10, outputTokens: 2 }
    expect(await call('usage', {}, context)).toEqual({
      calls: 2,
      inputTokens: 20,
      outputTokens: 4,
      byModel: [{ ...small, model: 'large' }, small],
      recorded: { calls: 1, inputTokens: 5, outputTokens: 1 },
      budget: { limit: 1_000_000, used: 24, remaining: 999_976 },
      isComplete: true,
    })
    expect(await call('usage', { since: '2026-01-01T00:01:00Z' }, context)).toMatchObject({
      calls: 1,
      byModel: [small],
      isComplete: true,
    })
  })

  it('stops counting at the largest exact integer', async () => {
    const { call } = createTestServer()
    const max = Number.MAX_SAFE_INTEGER
    const usage = { inputTokens: max, outputTokens: max }
    for (const prompt of ['one', 'two']) {
      await call('recordExchange', { prompt, response: 'r', usage })
    }
    expect(await call('usage')).toMatchObject({
      recorded: { calls: 2, inputTokens: max, outputTokens: max },
    })
  })

  it('refuses an invalid time', async () => {
    expect(await createTestServer().call('usage', { since: 'yesterday' })).toMatchObject({
      error: { code: 'invalid-params', details: { path: ['params', 'since'] } },
    })
  })

  it('estimates the usage if the provider does not report it', async () => {
    const silent = scriptedResponse('Hello, Ann!', { usage: { inputTokens: 0, outputTokens: 0 } })
    const { call } = createTestServer({ providers: [scriptedProvider([async () => silent])] })
    expect(await call('complete', { prompt: 'Greet Ann.' })).toMatchObject({
      usage: { inputTokens: 7, outputTokens: 3 },
    })
  })
})

describe('the budget', () => {
  const big = () =>
    scriptedProvider([
      async () => scriptedResponse('Hi', { usage: { inputTokens: 400, outputTokens: 100 } }),
    ])

  it('refuses a call that exceeds it, and reports the remaining tokens', async () => {
    const provider = big()
    const { call } = createTestServer({ providers: [provider], tokenBudget: 600 })
    expect(await call('createMessage', userMessage('Hello'))).toHaveProperty('content')
    expect(await call('createMessage', userMessage('Hello'))).toMatchObject({
      error: {
        code: 'forbidden',
        retryable: false,
        message: expect.stringContaining("only 100 of the session's 600 remain"),
        details: { reason: 'token-budget', limit: 600, used: 500 },
      },
    })
    expect(provider.requests).toHaveLength(1)
    expect(
      await call('createMessage', userMessage('Hello'), { sessionId: 'session-b' }),
    ).toHaveProperty('content')
  })

  it('is retryable if only open calls exhaust it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const provider = scriptedProvider([
      async () => {
        await promise
        return scriptedResponse('Hi')
      },
    ])
    const { call } = createTestServer({ providers: [provider], tokenBudget: 200 })
    const first = call('createMessage', userMessage('Hello'))
    expect(await call('createMessage', userMessage('Hello'))).toMatchObject({
      error: { code: 'rate-limited', retryable: true, details: { reason: 'token-budget' } },
    })
    resolve()
    await first
    expect(await call('createMessage', userMessage('Hello'))).toHaveProperty('content')
  })

  it('releases the reservation of a failed call', async () => {
    const provider = scriptedProvider([() => Promise.reject(new Error('broken')), 'Hello!'])
    const { call } = createTestServer({ providers: [provider], tokenBudget: 200 })
    await call('createMessage', userMessage('Hello'))
    expect(await call('usage')).toMatchObject({ calls: 0, budget: { used: 0, remaining: 200 } })
    expect(await call('createMessage', userMessage('Hello'))).toHaveProperty('content')
  })

  it('counts the input of an aborted call, which the model may have processed', async () => {
    const provider = scriptedProvider([neverResponds])
    const { call } = createTestServer({ providers: [provider], generationTimeoutMs: 30 })
    await call('createMessage', userMessage('Hello'))
    expect(provider.requests).toHaveLength(1)
    expect(await call('usage')).toMatchObject({ calls: 1, outputTokens: 0, budget: { used: 6 } })
  })

  it('stays exact, whatever usage a provider reports', async () => {
    const usage = { inputTokens: 1e300, outputTokens: -1e300 }
    const provider = scriptedProvider([async () => scriptedResponse('Hi', { usage })])
    const { call } = createTestServer({ providers: [provider], tokenBudget: Infinity })
    expect(await call('createMessage', userMessage('Hello'))).toHaveProperty('content')
    expect(await call('usage')).toMatchObject({ inputTokens: 1_000_000_000 })
  })

  it('can be unlimited', async () => {
    const { call } = createTestServer({ providers: [big()], tokenBudget: Infinity })
    await call('createMessage', userMessage('Hello'))
    expect(await call('usage')).toMatchObject({ budget: { used: 500 } })
  })
})

it('truncates the names of models', async () => {
  const { createUsageLog } = await import('./usage-log.ts')
  const log = createUsageLog(systemClock)
  log.add({ model: 'm'.repeat(1_000_000), usage: { inputTokens: 1, outputTokens: 1 } })
  expect(log.summary().byModel).toMatchObject([{ model: 'm'.repeat(256) }])
})

it('evicts the oldest entries', async () => {
  const { createBoundedMap } = await import('./bounded-map.ts')
  const map = createBoundedMap<string>({
    maxEntries: 2,
    maxSize: 10,
  })
  map.add('a', 'A', 4)
  map.add('b', 'B', 4)
  map.add('c', 'C', 1)
  expect(map.values()).toEqual(['B', 'C'])
  map.add('d', 'D', 10)
  expect(map.values()).toEqual(['D'])
  expect(map.get('a')).toBeUndefined()
})
