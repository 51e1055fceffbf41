import { afterEach, expect, it, vi } from 'vitest'

import {
  chunk,
  closeCompletionsServers,
  completion,
  events,
  json,
  startCompletionsServer,
  streamOf,
} from '../../fixtures/completions-server.ts'
import { collect, failure } from '../../fixtures/results.ts'
import { createOpenAiCompatibleProvider } from './openai-compatible-provider.ts'

const key = 'sk-test-0123456789abcdef'
const hello = { messages: [{ role: 'user', content: 'Hello' }] } as const
const weatherTool = {
  name: 'weather_forecast',
  description: 'Highs for the coming days.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}

afterEach(closeCompletionsServers)

it('calls the chat completions route and returns the response with its usage', async () => {
  const { url, received } = await startCompletionsServer(json(200, completion({ content: 'Hi.' })))
  const provider = createOpenAiCompatibleProvider({ url, key, model: 'small' })
  const response = await provider.generate({ ...hello, system: 'Be brief.', maxTokens: 5 })

  expect(response).toEqual({
    text: 'Hi.',
    toolCalls: [],
    stopReason: 'stop',
    model: 'small-2026',
    usage: { inputTokens: 11, outputTokens: 3 },
  })
  expect(received).toEqual([
    {
      path: '/v1/chat/completions',
      authorization: `Bearer ${key}`,
      body: {
        model: 'small',
        max_tokens: 5,
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hello' },
        ],
      },
    },
  ])
})

it.each(['', '/completions', '/chat/completions', '/'])(
  'accepts an address that ends in %j',
  async (ending) => {
    const { url, received } = await startCompletionsServer(
      json(200, completion({ content: 'Hi.' })),
    )
    await createOpenAiCompatibleProvider({ url: url + ending, model: 'small' }).generate(hello)
    expect(received[0]?.path).toBe('/v1/chat/completions')
    expect(received[0]?.authorization).toBeUndefined()
  },
)

it('sends tools and reads their calls', async () => {
  const call = (id: string, text: string) => ({
    id,
    type: 'function',
    function: { name: 'weather_forecast', arguments: text },
  })
  const calls = [call('a', '{"city":"Oslo"}'), call('b', ''), call('c', '{"city":')]
  const { url, received } = await startCompletionsServer(
    json(200, completion({ content: null, tool_calls: calls }, 'tool_calls')),
  )
  const provider = createOpenAiCompatibleProvider({ url, key, model: 'small' })
  const response = await provider.generate({
    ...hello,
    tools: [weatherTool],
    toolChoice: 'required',
  })

  expect(response.stopReason).toBe('tool-calls')
  expect(response.toolCalls).toEqual([
    { id: 'a', name: 'weather_forecast', arguments: { city: 'Oslo' } },
    { id: 'b', name: 'weather_forecast', arguments: {} },
    { id: 'c', name: 'weather_forecast', arguments: '{"city":' },
  ])
  expect(received[0]?.body).toMatchObject({
    tool_choice: 'required',
    tools: [
      {
        type: 'function',
        function: {
          name: weatherTool.name,
          description: weatherTool.description,
          parameters: weatherTool.parameters,
        },
      },
    ],
  })
})

it('sends earlier calls and their results in the format of the API', async () => {
  const { url, received } = await startCompletionsServer(
    json(200, completion({ content: 'Mild.' })),
  )
  await createOpenAiCompatibleProvider({ url, key, model: 'small' }).generate({
    messages: [
      { role: 'user', content: 'Oslo?' },
      {
        role: 'assistant',
        content: '',
        toolCalls: [{ id: 'a', name: 'weather_forecast', arguments: { city: 'Oslo' } }],
      },
      { role: 'tool', toolCallId: 'a', toolName: 'weather_forecast', content: '[4]' },
    ],
  })
  expect(received[0]?.body).toMatchObject({
    messages: [
      { role: 'user', content: 'Oslo?' },
      {
        role: 'assistant',
        tool_calls: [
          {
            id: 'a',
            type: 'function',
            function: { name: 'weather_forecast', arguments: '{"city":"Oslo"}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: '[4]' },
    ],
  })
})

it('streams the text in pieces, then the complete response', async () => {
  const { url, received } = await startCompletionsServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(events(chunk({ role: 'assistant', content: 'Hel' })))
    response.write(events(chunk({ content: 'lo' }), chunk({}, 'stop')))
    const usage = { prompt_tokens: 2, completion_tokens: 1, total_tokens: 3 }
    response.end(`${events({ ...chunk({}), choices: [], usage })}data: [DONE]\n\n`)
  })
  const provider = createOpenAiCompatibleProvider({ url, key, model: 'small' })

  expect(await collect(provider.stream(hello))).toEqual([
    { type: 'text-delta', text: 'Hel' },
    { type: 'text-delta', text: 'lo' },
    {
      type: 'response-finished',
      response: {
        text: 'Hello',
        toolCalls: [],
        stopReason: 'stop',
        model: 'small-2026',
        usage: { inputTokens: 2, outputTokens: 1 },
      },
    },
  ])
  expect(received[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } })
})

it('joins the pieces of a streamed tool call', async () => {
  const piece = (fields: Record<string, unknown>) =>
    chunk({ tool_calls: [{ index: 0, ...fields }] })
  const { url } = await startCompletionsServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(
      events(
        piece({ id: 'a', type: 'function', function: { name: 'weather_forecast', arguments: '' } }),
        piece({ function: { arguments: '{"ci' } }),
        piece({ function: { arguments: 'ty":"Oslo"}' } }),
        chunk({}, 'tool_calls'),
      ) + 'data: [DONE]\n\n',
    )
  })
  const provider = createOpenAiCompatibleProvider({ url, key, model: 'small' })
  const last = (await collect(provider.stream({ ...hello, tools: [weatherTool] }))).at(-1)

  expect(last).toMatchObject({
    response: {
      stopReason: 'tool-calls',
      toolCalls: [{ id: 'a', name: 'weather_forecast', arguments: { city: 'Oslo' } }],
    },
  })
})

it('uses the first chat model of the list if no model is named', async () => {
  const models = { data: [{ id: 'text-embedding-3' }, { id: 'small' }, { id: 'big' }] }
  const { url, received } = await startCompletionsServer((response, request) => {
    const isList = request.url === '/v1/models'
    json(200, isList ? models : completion({ content: 'Hi.' }))(response, request)
  })
  const provider = createOpenAiCompatibleProvider({ url, key })
  await provider.generate(hello)
  await provider.generate(hello)

  expect(await provider.listModels()).toHaveLength(3)
  expect(received.map(({ path }) => path)).toEqual([
    '/v1/models',
    '/v1/chat/completions',
    '/v1/chat/completions',
    '/v1/models',
  ])
  expect(received[1]?.body).toMatchObject({ model: 'small' })
})

it('names the variable to set if no model is named or listed', async () => {
  const { url } = await startCompletionsServer(json(200, { data: [] }))
  const error = await failure(createOpenAiCompatibleProvider({ url, key }).generate(hello))
  expect(error).toMatchObject({ code: 'invalid-params' })
  expect(error.message).toContain('LLM_MODEL')
})

it('requests the list of models once for concurrent calls, even if the first call is aborted', async () => {
  const { promise: isReleased, resolve: release } = Promise.withResolvers<void>()
  const { url, received } = await startCompletionsServer((response, request) => {
    if (request.url !== '/v1/models') {
      json(200, completion({ content: 'Hi.' }))(response, request)
      return
    }
    void isReleased.then(() => json(200, { data: [{ id: 'small' }] })(response, request))
  })
  const provider = createOpenAiCompatibleProvider({ url, key })
  const caller = new AbortController()
  const first = failure(provider.generate(hello, { signal: caller.signal }))
  const others = [provider.generate(hello), collect(provider.stream(hello))]
  await vi.waitFor(() => expect(received).toHaveLength(1))
  caller.abort()
  expect(await first).toMatchObject({ code: 'cancelled' })
  release()
  await Promise.all(others)
  expect(received.filter(({ path }) => path === '/v1/models')).toHaveLength(1)
})

it('requests the list of models again after a failure', async () => {
  let requests = 0
  const { url } = await startCompletionsServer((response, request) => {
    if (request.url !== '/v1/models') json(200, completion({ content: 'Hi.' }))(response, request)
    else if (++requests === 1) json(503, {})(response, request)
    else json(200, [{ id: 'small' }])(response, request)
  })
  const provider = createOpenAiCompatibleProvider({ url })
  const failures = [failure(provider.generate(hello)), failure(provider.generate(hello))]
  for (const error of await Promise.all(failures)) expect(error.code).toBe('unavailable')
  expect((await provider.generate(hello)).text).toBe('Hi.')
})

it('streams reasoning, text and arguments in pieces, and reports cached tokens and the cost', async () => {
  const { url } = await startCompletionsServer(
    streamOf(
      chunk({ reasoning_content: 'Which city?' }),
      chunk({ content: 'One moment.' }),
      chunk({
        tool_calls: [
          { index: 0, id: 'a', function: { name: 'weather_forecast', arguments: '{"city":' } },
        ],
      }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '"Oslo"}' } }] }),
      chunk({}, 'tool_calls'),
      {
        choices: [],
        usage: {
          prompt_tokens: 20,
          completion_tokens: 9,
          prompt_tokens_details: { cached_tokens: 16 },
          completion_tokens_details: { reasoning_tokens: 4 },
          cost: 0.002,
        },
      },
    ),
  )
  const provider = createOpenAiCompatibleProvider({ url, model: 'small' })
  const all = await collect(provider.stream({ ...hello, tools: [weatherTool] }))
  const delta = { type: 'arguments-delta', id: 'a', name: 'weather_forecast' }
  expect(all).toMatchObject([
    { type: 'reasoning-delta', text: 'Which city?' },
    { type: 'text-delta', text: 'One moment.' },
    { ...delta, text: '{"city":' },
    { ...delta, text: '"Oslo"}' },
    {
      type: 'response-finished',
      response: {
        usage: {
          inputTokens: 20,
          outputTokens: 9,
          cachedTokens: 16,
          reasoningTokens: 4,
          cost: 0.002,
        },
      },
    },
  ])
})
