import { McpError } from '@mcp/protocol'
import { afterEach, expect, it } from 'vitest'

import {
  closeCompletionsServers,
  completion,
  json,
  startCompletionsServer,
} from '../../fixtures/completions-server.ts'
import { collect, failure } from '../../fixtures/results.ts'
import type { ModelRequest } from '../model-provider.ts'
import { createBodyAdapter } from './adapt-body.ts'
import { createOpenAiCompatibleProvider } from './openai-compatible-provider.ts'

afterEach(closeCompletionsServers)

const request: ModelRequest = {
  messages: [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: '', toolCalls: [{ id: 'call_1', name: 'add', arguments: {} }] },
    { role: 'tool', toolCallId: 'call_1', toolName: 'add', content: '5' },
  ],
  maxTokens: 5,
  temperature: 1,
  responseSchema: { type: 'object' },
}

it.each([
  [
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    /"max_tokens"/,
    { max_completion_tokens: 5 },
  ],
  ["Unsupported value: 'temperature' does not support 1.", /"temperature"/, { max_tokens: 5 }],
  ['Unrecognized request argument supplied: stream_options', /"stream_options"/, { max_tokens: 5 }],
  [
    "'response_format' of type 'json_schema' is not supported",
    /"response_format"/,
    { max_tokens: 5 },
  ],
  [
    'The `reasoning_content` in the thinking mode must be passed back to the API.',
    /^(?!.*reasoning_content)/,
    { messages: [{}, { reasoning_content: ' ' }, {}] },
  ],
  [
    'Function call is missing a thought_signature in functionCall parts.',
    /^(?!.*thought_signature)/,
    {
      messages: [
        {},
        {
          tool_calls: [
            {
              extra_content: { google: { thought_signature: 'skip_thought_signature_validator' } },
            },
          ],
        },
        {},
      ],
    },
  ],
  [
    'Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.',
    /call_1/,
    { messages: [{}, { tool_calls: [{ id: '000000001' }] }, { tool_call_id: '000000001' }] },
  ],
  ['content must be a string', /"content":null/, { max_tokens: 5 }],
])(
  'changes the request after the refusal %j, and remembers it',
  async (message, refused, expected) => {
    const { url, received } = await startCompletionsServer((response, incoming) => {
      const isRefused = refused.test(JSON.stringify(received.at(-1)?.body))
      const respond = isRefused
        ? json(400, { error: { message } })
        : json(200, completion({ content: 'Hi.' }))
      respond(response, incoming)
    })
    const provider = createOpenAiCompatibleProvider({ url, model: 'small' })
    const last = await collect(provider.stream(request))
    expect(last.at(-1)).toMatchObject({ response: { text: 'Hi.' } })
    expect((await provider.generate(request)).text).toBe('Hi.')
    expect(received).toHaveLength(3)
    expect(received[2]?.body).toMatchObject(expected)
    expect(JSON.stringify(received[2]?.body)).not.toMatch(refused)
  },
)

it('sends a request at most once per change', async () => {
  const message = 'temperature is not supported'
  const { url, received } = await startCompletionsServer(json(400, { error: { message } }))
  const provider = createOpenAiCompatibleProvider({ url, model: 'small' })
  expect(await failure(provider.generate(request))).toMatchObject({
    details: { reason: 'provider-refused' },
  })
  expect(received).toHaveLength(2)
})

it('changes a request whose refusal arrives after that of another call', () => {
  const adapter = createBodyAdapter()
  const body = { model: 'small', temperature: 1 }
  const refusal = new McpError('upstream-error', 'temperature is not supported', {
    details: { reason: 'provider-refused' },
  })
  for (let calls = 0; calls < 2; calls++) {
    expect(adapter.adaptAfter(refusal, body)).toEqual({ model: 'small' })
  }
  expect(adapter.adaptAfter(refusal, { model: 'small' })).toBeUndefined()
})
