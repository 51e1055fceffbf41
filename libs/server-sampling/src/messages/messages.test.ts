import type { RequestEvent } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import { describe, expect, it, vi } from 'vitest'

import { answerOf, never, scriptedProvider } from '../fixtures/scripted-provider.ts'
import { asks, stage } from '../fixtures/test-server.ts'

describe('without a language model', () => {
  const offline = scriptedProvider(['made up'], { offline: true })

  it.each([
    { operation: 'createMessage', params: asks('Hello') },
    { operation: 'complete', params: { prompt: 'Hello' } },
    { operation: 'selectModel', params: {} },
  ])('$operation says what to set, and makes no answer up', async ({ operation, params }) => {
    const { call } = stage({ providers: [offline] })
    expect(await call(operation, params)).toMatchObject({
      error: {
        code: 'unavailable',
        retryable: false,
        message: expect.stringMatching(/LLM_API_URL, LLM_API_KEY and LLM_MODEL/),
        details: { reason: 'no-language-model' },
      },
    })
    expect(offline.asked).toEqual([])
  })

  it('lists no models', async () => {
    expect(await stage({ providers: [offline] }).call('listModels')).toEqual({ items: [] })
  })

  it('passes over it where there is a language model besides', async () => {
    const { call } = stage({ providers: [offline, scriptedProvider(['Hello!'])] })
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
    const { call } = stage({ providers: [provider] })
    expect(await call('createMessage', { messages, maxTokens: 10 })).toMatchObject({
      error: {
        code: 'invalid-params',
        details: { reason: 'tool-pairs', path: expect.arrayContaining(['messages', at]) },
      },
    })
    expect(provider.asked).toEqual([])
  })

  it('is refused where the tool that must be called is not offered', async () => {
    const { call } = stage({ providers: [scriptedProvider(['Hello!'])] })
    const params = { ...asks('Hello'), toolChoice: { tool: 'add' } }
    expect(await call('createMessage', params)).toMatchObject({
      error: { code: 'invalid-params', details: { path: ['params', 'toolChoice'] } },
    })
  })
})

describe('an answer by a schema', () => {
  const responseSchema = {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  }
  const params = { ...asks('Where?'), responseSchema }

  it('is given as a value', async () => {
    const provider = scriptedProvider(['```json\n{"city":"Oslo"}\n```'])
    const { call } = stage({ providers: [provider] })
    expect(await call('createMessage', params)).toMatchObject({ value: { city: 'Oslo' } })
    expect(provider.asked).toMatchObject([{ responseSchema }])
  })

  it('is asked for once more, with what was wrong', async () => {
    const provider = scriptedProvider(['{"town":"Oslo"}', '{"city":"Oslo"}'])
    const { call } = stage({ providers: [provider] })
    expect(await call('createMessage', params)).toMatchObject({
      value: { city: 'Oslo' },
      usage: { inputTokens: 20, outputTokens: 4 },
    })
    expect(provider.asked[1]?.messages).toMatchObject([
      { role: 'user', content: 'Where?' },
      { role: 'assistant', content: '{"town":"Oslo"}' },
      { role: 'user', content: expect.stringContaining("must have required property 'city'") },
    ])
  })

  it('is an error that says so where the second does not fit either', async () => {
    const provider = scriptedProvider(['Oslo'])
    const { call } = stage({ providers: [provider] })
    expect(await call('createMessage', params)).toMatchObject({
      error: {
        code: 'upstream-error',
        message: expect.stringContaining('does not fit the schema'),
        details: { reason: 'schema-mismatch', problems: ['the answer is not JSON'] },
      },
    })
    expect(provider.asked).toHaveLength(2)
  })

  it('does not fit for what every object inherits', async () => {
    const provider = scriptedProvider(['{}'])
    const { call } = stage({ providers: [provider] })
    const inherited = { type: 'object', required: ['constructor'] }
    expect(await call('createMessage', { ...params, responseSchema: inherited })).toMatchObject({
      error: { details: { reason: 'schema-mismatch' } },
    })
  })

  it.each([
    { name: 'is no schema', responseSchema: { type: 'nonsense' } },
    { name: 'refers elsewhere', responseSchema: { $ref: 'https://example.com/schema' } },
    { name: 'is too long', responseSchema: { description: 'x'.repeat(70_000) } },
    {
      name: 'nests too deep',
      responseSchema: JSON.parse(`${'{"not":'.repeat(40)}{}${'}'.repeat(40)}`),
    },
  ])('is refused before it costs anything where the schema $name', async ({ responseSchema }) => {
    const provider = scriptedProvider(['{}'])
    const { call } = stage({ providers: [provider] })
    expect(await call('createMessage', { ...asks('Hello'), responseSchema })).toMatchObject({
      error: { code: 'invalid-params', details: { reason: 'schema' } },
    })
    expect(provider.asked).toEqual([])
  })

  it('stops a pattern that backtracks without end', async () => {
    const provider = scriptedProvider([JSON.stringify(`${'a'.repeat(40)}!`)])
    const { call } = stage({ providers: [provider] })
    const evil = { type: 'string', pattern: '^(a+)+$' }
    expect(await call('createMessage', { ...asks('Hello'), responseSchema: evil })).toMatchObject({
      error: { code: 'invalid-params', details: { reason: 'schema' } },
    })
  })
})

describe('time and limits', () => {
  it('goes on without a caller whose deadline comes, and get tells the outcome', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const slow = scriptedProvider([async () => answerOf(await promise)])
    const { call, heard } = stage({ providers: [slow] })
    const pending = await call('createMessage', asks('Hello'), { timeoutMs: 200 })
    expect(pending).toEqual({ status: 'pending', messageId: expect.any(String) })
    const { messageId } = pending
    expect(await call('get', { messageId })).toEqual({ status: 'generating', messageId })
    resolve('There you are.')
    expect(await heard('sampling-completed')).toMatchObject({ messageId, stopReason: 'stop' })
    expect(await call('get', { messageId })).toMatchObject({
      status: 'completed',
      message: { content: [{ text: 'There you are.' }] },
    })
    expect(await call('get', { messageId }, { sessionId: 'session-b' })).toMatchObject({
      error: { code: 'not-found' },
    })
  })

  it('stops the model where its caller cancels', async () => {
    const { promise: stopped, resolve } = Promise.withResolvers<unknown>()
    const provider = scriptedProvider([
      (_request, signal) => {
        signal?.addEventListener('abort', () => resolve(signal.reason))
        return never(_request, signal)
      },
    ])
    const { call, heard } = stage({ providers: [provider] })
    const controller = new AbortController()
    const asking = call('complete', { prompt: 'Hello' }, { signal: controller.signal })
    await vi.waitFor(() => expect(provider.asked).toHaveLength(1))
    controller.abort(new McpError('cancelled', 'Never mind.'))
    expect(await asking).toMatchObject({ error: { code: 'cancelled' } })
    expect(await stopped).toMatchObject({ code: 'cancelled' })
    expect(await heard('sampling-failed')).toMatchObject({ code: 'cancelled' })
  })

  it.each([
    ['its answer', { generate: () => new Promise<never>(() => {}) }],
    ['its models', { listModels: () => new Promise<never>(() => {}) }],
  ])('waits no longer for a provider that does not heed its signal: %s', async (_name, deaf) => {
    const provider = scriptedProvider(['Hello!'], deaf)
    const { call } = stage({ providers: [provider], generationTimeoutMs: 30 })
    const params = { ...asks('Hello'), modelPreferences: { hints: ['small'] } }
    expect(await call('createMessage', params)).toMatchObject({ error: { code: 'timeout' } })
  })

  it('stops a model that takes too long', async () => {
    const { call } = stage({ providers: [scriptedProvider([never])], generationTimeoutMs: 30 })
    expect(await call('complete', { prompt: 'Hello' })).toMatchObject({
      error: { code: 'timeout', retryable: false },
    })
  })

  it('has as many messages open in a session as it says', async () => {
    const { call, server } = stage({ providers: [scriptedProvider([never])] })
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

  it('ends a request outside any session with its deadline, since nobody could fetch it', async () => {
    const { call } = stage({ providers: [scriptedProvider([never])] })
    const context = { sessionId: undefined, timeoutMs: 50 }
    expect(await call('complete', { prompt: 'Hello' }, context)).toMatchObject({
      error: { code: 'timeout' },
    })
  })

  it('refuses a message that too many others led to', async () => {
    const { call } = stage({ providers: [scriptedProvider(['Hello!'])], maxDepth: 2 })
    const nested = (samplingDepth: unknown) => ({ metadata: { version: '1.0', samplingDepth } })
    expect(await call('complete', { prompt: 'Hello' }, nested(2))).toHaveProperty('text')
    expect(await call('complete', { prompt: 'Hello' }, nested(3))).toMatchObject({
      error: { code: 'forbidden', details: { reason: 'depth-limit', depth: 3, maxDepth: 2 } },
    })
    expect(await call('complete', { prompt: 'Hello' }, nested('deep'))).toMatchObject({
      error: { code: 'invalid-request' },
    })
  })

  it('keeps the text of failures it does not know to itself', async () => {
    const provider = scriptedProvider([() => Promise.reject(new Error('the key is hunter2'))])
    const { call } = stage({ providers: [provider] })
    const answer = await call('complete', { prompt: 'Hello' })
    expect(answer).toMatchObject({ error: { code: 'upstream-error' } })
    expect(JSON.stringify(answer)).not.toContain('hunter2')
  })
})

it('says where the answer is written anew because the first did not fit', async () => {
  const { call } = stage({ providers: [scriptedProvider(['no', '{}'])] })
  const events: RequestEvent[] = []
  await call(
    'createMessage',
    { ...asks('Hello'), stream: true, responseSchema: { type: 'object' } },
    { onEvent: (event) => events.push(event) },
  )
  expect(events.map(({ data }) => data['chunk'])).toEqual([
    { text: 'no', attempt: 1 },
    { text: '{}', attempt: 2 },
  ])
})
