import { createOpenAiCompatibleProvider } from '@mcp/llm'
import type { Respond } from '@mcp/llm/testing'
import {
  chunk,
  closeCompletionsServers,
  completion,
  cutStreamOf,
  json,
  startCompletionsServer,
  streamOf,
} from '@mcp/llm/testing'
import type { RequestEvent } from '@mcp/protocol'
import { afterEach, expect, it } from 'vitest'

import { userMessage, createTestServer } from './fixtures/test-server.ts'

afterEach(closeCompletionsServers)

/** Returns the provider of `@mcp/llm` for a local chat completions server. */
async function connect(respond: Respond) {
  const { url, received } = await startCompletionsServer(respond)
  const key = 'sk-secret-key'
  return { received, provider: createOpenAiCompatibleProvider({ url, key, model: 'small-2026' }) }
}

it('returns the response of the model, with usage and selection', async () => {
  const { provider, received } = await connect(json(200, completion({ content: 'Hello, Ann!' })))
  const { call, send } = createTestServer({ providers: [provider] })
  expect(await call('createMessage', { ...userMessage('Greet Ann.'), system: 'Be kind.' })).toEqual(
    {
      messageId: expect.stringMatching(/^message-/),
      role: 'assistant',
      content: [{ type: 'text', text: 'Hello, Ann!' }],
      model: 'small-2026',
      stopReason: 'stop',
      usage: { inputTokens: 11, outputTokens: 3 },
      selection: {
        candidates: [],
        reason: 'No preference: the first provider uses its default model.',
      },
    },
  )
  expect(received.map(({ body }) => body)).toMatchObject([
    {
      max_tokens: 100,
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Greet Ann.' },
      ],
    },
  ])
  const response = await send({ operation: 'complete', params: { prompt: 'Hello' } })
  expect(response.metadata).toMatchObject({ untrusted: true })
})

it('streams the text', async () => {
  const { provider } = await connect(
    streamOf(chunk({ content: 'Hel' }), chunk({ content: 'lo' }), chunk({}, 'stop')),
  )
  const { call } = createTestServer({ providers: [provider] })
  const events: RequestEvent[] = []
  const done = await call(
    'createMessage',
    { ...userMessage('Hello'), stream: true },
    { onEvent: (event) => events.push(event) },
  )
  expect(events.map(({ data }) => data['chunk'])).toEqual([
    { text: 'Hel', attempt: 1 },
    { text: 'lo', attempt: 1 },
  ])
  expect(done).toMatchObject({ content: [{ type: 'text', text: 'Hello' }], stopReason: 'stop' })
})

it('offers tools, and returns the calls that the model requests', async () => {
  const { provider, received } = await connect(
    json(
      200,
      completion(
        {
          content: null,
          tool_calls: [
            { id: 'call-1', type: 'function', function: { name: 'add', arguments: '{"a":2}' } },
          ],
        },
        'tool_calls',
      ),
    ),
  )
  const { call } = createTestServer({ providers: [provider] })
  const tools = [{ name: 'add', description: 'Adds.', inputSchema: { type: 'object' } }]
  const toolChoice = { tool: 'add' }
  expect(
    await call('createMessage', { ...userMessage('2 and 3?'), tools, toolChoice }),
  ).toMatchObject({
    content: [{ type: 'tool-use', id: 'call-1', name: 'add', input: { a: 2 } }],
    stopReason: 'tool-calls',
  })
  expect(received.map(({ body }) => body)).toMatchObject([
    {
      tools: [{ type: 'function', function: { name: 'add', parameters: { type: 'object' } } }],
      tool_choice: { function: { name: 'add' } },
    },
  ])
})

it('passes tool results to the model', async () => {
  const { provider, received } = await connect(json(200, completion({ content: 'It is 5.' })))
  const { call } = createTestServer({ providers: [provider] })
  await call('createMessage', {
    maxTokens: 100,
    messages: [
      { role: 'user', content: '2 and 3?' },
      {
        role: 'assistant',
        content: [{ type: 'tool-use', id: 'call-1', name: 'add', input: { a: 2, b: 3 } }],
      },
      {
        role: 'user',
        content: [
          { type: 'tool-result', toolUseId: 'call-1', content: '5' },
          { type: 'text', text: 'Well?' },
        ],
      },
    ],
  })
  expect(received.map(({ body }) => body)).toMatchObject([
    {
      messages: [
        { role: 'user', content: '2 and 3?' },
        { role: 'assistant', tool_calls: [{ id: 'call-1', function: { name: 'add' } }] },
        { role: 'tool', tool_call_id: 'call-1', content: '5' },
        { role: 'user', content: 'Well?' },
      ],
    },
  ])
})

it('reports the retry delay of a rate-limited provider', async () => {
  const { provider } = await connect(
    json(429, { error: { message: 'Slow down.' } }, { 'retry-after': '7' }),
  )
  const { call, notified } = createTestServer({ providers: [provider] })
  expect(await call('complete', { prompt: 'Hello' })).toMatchObject({
    error: { code: 'rate-limited', retryable: true, details: { retryAfterMs: 7000 } },
  })
  expect(await notified('sampling-failed')).toMatchObject({
    code: 'rate-limited',
    sessionIds: ['session-a'],
  })
})

it('reports an interrupted stream, and counts the text received before', async () => {
  const { provider } = await connect(cutStreamOf(chunk({ content: 'Once upon a time' })))
  const { call } = createTestServer({ providers: [provider] })
  expect(await call('createMessage', { ...userMessage('A story.'), stream: true })).toMatchObject({
    error: {
      code: 'upstream-error',
      retryable: true,
      details: { reason: 'stream-broken' },
    },
  })
  expect(await call('usage')).toMatchObject({ calls: 1, outputTokens: 4 })
})

it('reports an invalid key without revealing it', async () => {
  const { provider } = await connect(
    json(401, { error: { message: 'Incorrect API key: sk-secret-key' } }),
  )
  const { call } = createTestServer({ providers: [provider] })
  const response = await call('complete', { prompt: 'Hello' })
  expect(response).toMatchObject({
    error: {
      code: 'upstream-error',
      retryable: false,
      details: { reason: 'provider-auth' },
    },
  })
  expect(JSON.stringify(response)).not.toContain('secret')
})

it('reports a conversation that is too long for the model', async () => {
  const { provider } = await connect(
    json(400, {
      error: { code: 'context_length_exceeded', message: 'The maximum context length is 4096.' },
    }),
  )
  const { call } = createTestServer({ providers: [provider] })
  expect(await call('complete', { prompt: 'Hello' })).toMatchObject({
    error: { code: 'invalid-params', details: { reason: 'context-length' } },
  })
})

it('reports a provider that is unavailable in its health', async () => {
  const { provider } = await connect(json(200, { data: [] }))
  const { server } = createTestServer({ providers: [provider] })
  expect(await server.health()).toEqual({ state: 'healthy' })
  await closeCompletionsServers()

  const { provider: away } = await connect(json(200, { data: [] }))
  await closeCompletionsServers()
  const { server: degraded } = createTestServer({ providers: [away] })
  expect(await degraded.health()).toEqual({
    state: 'degraded',
    reason: expect.stringContaining('Cannot reach the language model provider'),
  })
})
