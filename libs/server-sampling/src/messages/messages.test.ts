import type { RequestEvent } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import { describe, expect, it, vi } from 'vitest'

import { scriptedResponse, neverResponds, scriptedProvider } from '@mcp/llm/testing'
import { userMessage, createTestServer } from '../fixtures/test-server.ts'

describe('without a language model', () => {
  const offline = scriptedProvider(['made up'], { offline: true })

  it.each([
    { operation: 'createMessage', params: userMessage('Hello') },
    { operation: 'complete', params: { prompt: 'Hello' } },
    { operation: 'selectModel', params: {} },
  ])(
    '$operation reports the variables to set, and generates nothing',
    async ({ operation, params }) => {
      const { call } = createTestServer({ providers: [offline] })
      expect(await call(operation, params)).toMatchObject({
        error: {
          code: 'unavailable',
          retryable: false,
          message: expect.stringMatching(/LLM_API_URL, LLM_API_KEY and LLM_MODEL/),
          details: { reason: 'no-language-model' },
        },
      })
      expect(offline.requests).toEqual([])
    },
  )

  it('lists no models', async () => {
    expect(await createTestServer({ providers: [offline] }).call('listModels')).toEqual({
      items: [],
    })
  })

  it('is skipped if there is a language model', async () => {
    const { call } = createTestServer({ providers: [offline, scriptedProvider(['Hello!'])] })
    expect(await call('complete', { prompt: 'Hello' })).toMatchObject({ text: 'Hello!' })
  })
})

describe('a conversation', () => {
  const use = (id: string) => ({ type: 'tool-use', id, name: 'add', input: {} })
  const result = (toolUseId: string) => ({ type: 'tool-result', toolUseId, content: '5' })
  const user = (...content: unknown[]) => ({ role: 'user', content })
  const assistant = (...content: unknown[]) => ({ role: 'assistant', content })
  const text = { type: 'text', text: 'Hello' }

  it.each([
    { name: 'a use without a result', messages: [user(text), assistant(use('a'))], at: 1 },
    { name: 'a use that text follows', messages: [assistant(use('a')), user(text)], at: 0 },
    { name: 'a result without a use', messages: [user(text), user(result('a'))], at: 1 },
    {
      name: 'a result of an earlier use',
      messages: [assistant(use('a')), user(result('a')), user(result('a'))],
      at: 2,
    },
    {
      name: 'one result for two uses',
      messages: [assistant(use('a'), use('b')), user(result('a'))],
      at: 0,
    },
    { name: 'an id used twice', messages: [assistant(use('a'), use('a'))], at: 0 },
    { name: 'a use by the user', messages: [user(use('a'))], at: 0 },
    { name: 'a result by the assistant', messages: [assistant(result('a'))], at: 0 },
  ])('is refused with the index: $name', async ({ messages, at }) => {
    const provider = scriptedProvider(['Hello!'])
    const { call } = createTestServer({ providers: [provider] })
    expect(await call('createMessage', { messages, maxTokens: 10 })).toMatchObject({
      error: {
        code: 'invalid-params',
        details: { reason: 'tool-pairs', path: expect.arrayContaining(['messages', at]) },
      },
    })
    expect(provider.requests).toEqual([])
  })

  it('is refused if the required tool is not offered', async () => {
    const { call } = createTestServer({ providers: [scriptedProvider(['Hello!'])] })
    const params = { ...userMessage('Hello'), toolChoice: { tool: 'add' } }
    expect(await call('createMessage', params)).toMatchObject({
      error: { code: 'invalid-params', details: { path: ['params', 'toolChoice'] } },
    })
  })
})

describe('a response with a schema', () => {
  const responseSchema = {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  }
  const params = { ...userMessage('Where?'), responseSchema }

  it('is returned as a value', async () => {
    const provider = scriptedProvider(['```json\n{"city":"Oslo"}\n```'])
    const { call } = createTestServer({ providers: [provider] })
    expect(await call('createMessage', params)).toMatchObject({ value: { city: 'Oslo' } })
    expect(provider.requests).toMatchObject([{ responseSchema }])
  })

  it('is requested once more with its problems', async () => {
    const provider = scriptedProvider(['{"town":"Oslo"}', '{"city":"Oslo"}'])
    const { call } = createTestServer({ providers: [provider] })
    expect(await call('createMessage', params)).toMatchObject({
      value: { city: 'Oslo' },
      usage: { inputTokens: 20, outputTokens: 4 },
    })
    expect(provider.requests[1]?.messages).toMatchObject([
      { role: 'user', content: 'Where?' },
      { role: 'assistant', content: '{"town":"Oslo"}' },
      { role: 'user', content: expect.stringContaining("must have required property 'city'") },
    ])
  })

  it('is an error if the second response does not match either', async () => {
    const provider = scriptedProvider(['Oslo'])
    const { call } = createTestServer({ providers: [provider] })
    expect(await call('createMessage', params)).toMatchObject({
      error: {
        code: 'upstream-error',
        message: expect.stringContaining('does not match the schema'),
        details: { reason: 'schema-mismatch', problems: ['the response is not JSON'] },
      },
    })
    expect(provider.requests).toHaveLength(2)
  })

  it('does not match because of inherited properties', async () => {
    const provider = scriptedProvider(['{}'])
    const { call } = createTestServer({ providers: [provider] })
    const inherited = { type: 'object', required: ['constructor'] }
    expect(await call('createMessage', { ...params, responseSchema: inherited })).toMatchObject({
      error: { details: { reason: 'schema-mismatch' } },
    })
  })

  it.each([
    { name: 'is invalid', responseSchema: { type: 'unknown' } },
    { name: 'has an external reference', responseSchema: { $ref: 'https://example.com/schema' } },
    { name: 'is too long', responseSchema: { description: 'x'.repeat(70_000) } },
    {
      name: 'is nested too deep',
      responseSchema: JSON.parse(`${'{"not":'.repeat(40)}{}${'}'.repeat(40)}`),
    },
  ])('is refused before it costs tokens if the schema $name', async ({ responseSchema }) => {
    const provider = scriptedProvider(['{}'])
    const { call } = createTestServer({ providers: [provider] })
    expect(await call('createMessage', { ...userMessage('Hello'), responseSchema })).toMatchObject({
      error: { code: 'invalid-params', details: { reason: 'schema' } },
    })
    expect(provider.requests).toEqual([])
  })

  it('stops a pattern that backtracks endlessly', async () => {
    const provider = scriptedProvider([JSON.stringify(`${'a'.repeat(40)}!`)])
    const { call } = createTestServer({ providers: [provider] })
    const evil = { type: 'string', pattern: '^(a+)+$' }
    expect(
      await call('createMessage', { ...userMessage('Hello'), responseSchema: evil }),
    ).toMatchObject({
      error: { code: 'invalid-params', details: { reason: 'schema' } },
    })
  })
})

describe('time and limits', () => {
  it('continues after the deadline of its caller, and get returns the result', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const slow = scriptedProvider([async () => scriptedResponse(await promise)])
    const { call, notified } = createTestServer({ providers: [slow] })
    const pending = await call('createMessage', userMessage('Hello'), { timeoutMs: 200 })
    expect(pending).toEqual({ status: 'pending', messageId: expect.any(String) })
    const { messageId } = pending
    expect(await call('get', { messageId })).toEqual({ status: 'generating', messageId })
    resolve('There you are.')
    expect(await notified('sampling-completed')).toMatchObject({ messageId, stopReason: 'stop' })
    expect(await call('get', { messageId })).toMatchObject({
      status: 'completed',
      message: { content: [{ text: 'There you are.' }] },
    })
    expect(await call('get', { messageId }, { sessionId: 'session-b' })).toMatchObject({
      error: { code: 'not-found' },
    })
  })

  it('aborts the model call if its caller cancels', async () => {
    const { promise: stopped, resolve } = Promise.withResolvers<unknown>()
    const provider = scriptedProvider([
      (_request, signal) => {
        signal?.addEventListener('abort', () => resolve(signal.reason))
        return neverResponds(_request, signal)
      },
    ])
    const { call, notified } = createTestServer({ providers: [provider] })
    const controller = new AbortController()
    const result = call('complete', { prompt: 'Hello' }, { signal: controller.signal })
    await vi.waitFor(() => expect(provider.requests).toHaveLength(1))
    controller.abort(new McpError('cancelled', 'Never mind.'))
    expect(await result).toMatchObject({ error: { code: 'cancelled' } })
    expect(await stopped).toMatchObject({ code: 'cancelled' })
    expect(await notified('sampling-failed')).toMatchObject({ code: 'cancelled' })
  })

  it.each([
    ['generate', { generate: () => new Promise<never>(() => {}) }],
    ['listModels', { listModels: () => new Promise<never>(() => {}) }],
  ])('stops waiting for a provider that ignores its signal: %s', async (_name, overrides) => {
    const provider = scriptedProvider(['Hello!'], overrides)
    const { call } = createTestServer({ providers: [provider], generationTimeoutMs: 30 })
    const params = { ...userMessage('Hello'), modelPreferences: { hints: ['small'] } }
    expect(await call('createMessage', params)).toMatchObject({ error: { code: 'timeout' } })
  })

  it('aborts a model call that takes too long', async () => {
    const { call } = createTestServer({
      providers: [scriptedProvider([neverResponds])],
      generationTimeoutMs: 30,
    })
    expect(await call('complete', { prompt: 'Hello' })).toMatchObject({
      error: { code: 'timeout', retryable: false },
    })
  })

  it('limits the open messages of a session', async () => {
    const { call, server } = createTestServer({ providers: [scriptedProvider([neverResponds])] })
    const open = Array.from({ length: 20 }, () => call('complete', { prompt: 'Hello' }))
    expect(await call('complete', { prompt: 'Hello' })).toMatchObject({
      error: { code: 'rate-limited', details: { reason: 'too-many-open', retryAfterMs: 1000 } },
    })
    await server.sessionClosed('session-a')
    for (const each of await Promise.all(open)) {
      expect(each).toMatchObject({ error: { code: 'cancelled' } })
    }
    expect(await call('get', { messageId: 'message-1' })).toMatchObject({
      error: { code: 'not-found' },
    })
  })

  it('ends a request without a session at its deadline, because its result could not be fetched', async () => {
    const { call } = createTestServer({ providers: [scriptedProvider([neverResponds])] })
    const context = { sessionId: undefined, timeoutMs: 50 }
    expect(await call('complete', { prompt: 'Hello' }, context)).toMatchObject({
      error: { code: 'timeout' },
    })
  })

  it('refuses a message that is nested too deep', async () => {
    const { call } = createTestServer({ providers: [scriptedProvider(['Hello!'])], maxDepth: 2 })
    const nested = (samplingDepth: unknown) => ({ metadata: { version: '1.0', samplingDepth } })
    expect(await call('complete', { prompt: 'Hello' }, nested(2))).toHaveProperty('text')
    expect(await call('complete', { prompt: 'Hello' }, nested(3))).toMatchObject({
      error: { code: 'forbidden', details: { reason: 'depth-limit', depth: 3, maxDepth: 2 } },
    })
    expect(await call('complete', { prompt: 'Hello' }, nested('deep'))).toMatchObject({
      error: { code: 'invalid-request' },
    })
  })

  it('hides the text of unknown errors', async () => {
    const provider = scriptedProvider([() => Promise.reject(new Error('the key is hunter2'))])
    const { call } = createTestServer({ providers: [provider] })
    const response = await call('complete', { prompt: 'Hello' })
    expect(response).toMatchObject({ error: { code: 'upstream-error' } })
    expect(JSON.stringify(response)).not.toContain('hunter2')
  })
})

it('numbers the attempts in the stream', async () => {
  const { call } = createTestServer({ providers: [scriptedProvider(['no', '{}'])] })
  const events: RequestEvent[] = []
  await call(
    'createMessage',
    { ...userMessage('Hello'), stream: true, responseSchema: { type: 'object' } },
    { onEvent: (event) => events.push(event) },
  )
  expect(events.map(({ data }) => data['chunk'])).toEqual([
    { text: 'no', attempt: 1 },
    { text: '{}', attempt: 2 },
  ])
})
