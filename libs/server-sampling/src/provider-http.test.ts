import { createOpenAiCompatibleProvider } from '@mcp/llm'
import type { RequestEvent } from '@mcp/protocol'
import { expect, it } from 'vitest'

import type { Reply } from './fixtures/completions-stand-in.ts'
import {
  breaksAfter,
  completion,
  json,
  piece,
  standIn,
  streams,
} from './fixtures/completions-stand-in.ts'
import { asks, stage } from './fixtures/test-server.ts'

/** The provider of `@mcp/llm` in front of a stand-in, handed in as it is. */
async function connect(reply: Reply) {
  const { url, seen } = await standIn(reply)
  const key = 'sk-secret-key'
  return { seen, provider: createOpenAiCompatibleProvider({ url, key, model: 'small-2026' }) }
}

it('answers what the model answers, with what it took and why it was chosen', async () => {
  const { provider, seen } = await connect(json(200, completion({ content: 'Hello, Ann!' })))
  const { call, send } = stage({ providers: [provider] })
  expect(await call('createMessage', { ...asks('Greet Ann.'), system: 'Be kind.' })).toEqual({
    messageId: expect.stringMatching(/^message-/),
    role: 'assistant',
    content: [{ type: 'text', text: 'Hello, Ann!' }],
    model: 'small-2026',
    stopReason: 'stop',
    usage: { inputTokens: 11, outputTokens: 3 },
    selection: {
      candidates: [],
      reason: 'No model is preferred: the first provider chooses its own.',
    },
  })
  expect(seen).toMatchObject([
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

it('streams the text as it is written', async () => {
  const { provider } = await connect(
    streams(piece({ content: 'Hel' }), piece({ content: 'lo' }), piece({}, 'stop')),
  )
  const { call } = stage({ providers: [provider] })
  const events: RequestEvent[] = []
  const done = await call(
    'createMessage',
    { ...asks('Hello'), stream: true },
    { onEvent: (event) => events.push(event) },
  )
  expect(events.map(({ data }) => data['chunk'])).toEqual([
    { text: 'Hel', attempt: 1 },
    { text: 'lo', attempt: 1 },
  ])
  expect(done).toMatchObject({ content: [{ type: 'text', text: 'Hello' }], stopReason: 'stop' })
})

it('offers tools, and hands out the calls that the model asks for', async () => {
  const { provider, seen } = await connect(
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
  const { call } = stage({ providers: [provider] })
  const tools = [{ name: 'add', description: 'Adds.', inputSchema: { type: 'object' } }]
  const toolChoice = { tool: 'add' }
  expect(await call('createMessage', { ...asks('2 and 3?'), tools, toolChoice })).toMatchObject({
    content: [{ type: 'tool-use', id: 'call-1', name: 'add', input: { a: 2 } }],
    stopReason: 'tool-calls',
  })
  expect(seen).toMatchObject([
    {
      tools: [{ type: 'function', function: { name: 'add', parameters: { type: 'object' } } }],
      tool_choice: { function: { name: 'add' } },
    },
  ])
})

it('sends what came of tool calls back to the model', async () => {
  const { provider, seen } = await connect(json(200, completion({ content: 'It is 5.' })))
  const { call } = stage({ providers: [provider] })
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
  expect(seen).toMatchObject([
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

it('says when to try again where the provider takes no more', async () => {
  const { provider } = await connect(
    json(429, { error: { message: 'Slow down.' } }, { 'retry-after': '7' }),
  )
  const { call, heard } = stage({ providers: [provider] })
  expect(await call('complete', { prompt: 'Hello' })).toMatchObject({
    error: { code: 'rate-limited', retryable: true, details: { retryAfterMs: 7000 } },
  })
  expect(await heard('sampling-failed')).toMatchObject({
    code: 'rate-limited',
    sessionIds: ['session-a'],
  })
})

it('says that a stream broke off, and counts what was written before', async () => {
  const { provider } = await connect(breaksAfter(piece({ content: 'Once upon a time' })))
  const { call } = stage({ providers: [provider] })
  expect(await call('createMessage', { ...asks('A story.'), stream: true })).toMatchObject({
    error: {
      code: 'upstream-error',
      retryable: true,
      details: { reason: 'stream-broken' },
    },
  })
  expect(await call('usage')).toMatchObject({ calls: 1, outputTokens: 4 })
})

it('says that the key is wrong, without showing it', async () => {
  const { provider } = await connect(
    json(401, { error: { message: 'Incorrect API key: sk-secret-key' } }),
  )
  const { call } = stage({ providers: [provider] })
  const answer = await call('complete', { prompt: 'Hello' })
  expect(answer).toMatchObject({
    error: {
      code: 'upstream-error',
      retryable: false,
      details: { reason: 'provider-auth' },
    },
  })
  expect(JSON.stringify(answer)).not.toContain('secret')
})

it('says that a conversation is too long for the model', async () => {
  const { provider } = await connect(
    json(400, {
      error: { code: 'context_length_exceeded', message: 'The maximum context length is 4096.' },
    }),
  )
  const { call } = stage({ providers: [provider] })
  expect(await call('complete', { prompt: 'Hello' })).toMatchObject({
    error: { code: 'invalid-params', details: { reason: 'context-length' } },
  })
})
