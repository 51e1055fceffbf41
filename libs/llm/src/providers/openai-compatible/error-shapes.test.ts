import { afterEach, describe, expect, it } from 'vitest'

import type { Respond } from '../../fixtures/completions-server.ts'
import {
  chunk,
  closeCompletionsServers,
  events,
  json,
  startCompletionsServer,
  streamOf,
} from '../../fixtures/completions-server.ts'
import { collect, failure } from '../../fixtures/results.ts'
import { isContextLength } from './context-length.ts'
import { createOpenAiCompatibleProvider } from './openai-compatible-provider.ts'

afterEach(closeCompletionsServers)

const hello = { messages: [{ role: 'user', content: 'Hello' }] } as const

async function failuresOf(respond: Respond) {
  const { url } = await startCompletionsServer(respond)
  const provider = createOpenAiCompatibleProvider({ url, model: 'small' })
  return [await failure(provider.generate(hello)), await failure(collect(provider.stream(hello)))]
}

const text = 'Model overloaded'
const stringified = JSON.stringify({ error: { message: text } })
const partial = chunk({ content: 'Hel' })

const bodies: readonly (readonly [string, unknown])[] = [
  ['{ error: { message } }', { error: { message: text, type: 'api_error' } }],
  ['{ error: "text" }', { error: text }],
  ['{ error: { code, message: null, details } }', { error: { message: null, details: text } }],
  ['{ errors: [{ message }] }', { errors: [{ message: text }] }],
  ['{ message }', { message: text, type: 'invalid_request' }],
  ['{ object: "error", message }', { object: 'error', message: text }],
  ['{ type: "error", error: { message } }', { type: 'error', error: { message: text } }],
  ['{ detail: "text" }', { detail: text }],
  ['{ detail: [{ loc, msg }] }', { detail: [{ loc: ['body', 'tools'], msg: text }] }],
  ['{ detail: { error: { message } } }', { detail: { error: { message: text } } }],
  ['[{ error: { message } }]', [{ error: { message: text } }]],
  ['JSON within text', { error: stringified }],
  ['JSON within a message', { error: { message: stringified } }],
  [
    'the error of another provider',
    { error: { message: 'Failed', metadata: { raw: stringified } } },
  ],
  ['{ base_resp: { status_msg } }', { base_resp: { status_code: 1004, status_msg: text } }],
]

describe.each(bodies)('the message of %s', (_name, body) => {
  it.each<readonly [string, Respond]>([
    ['with status 400', json(400, body)],
    ['with status 500', json(500, body)],
    ['with status 200', json(200, body)],
    ['as a chunk', streamOf(body)],
    ['as a chunk after a part of the response', streamOf(partial, body)],
    [
      'as an error event',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.end(`event: error\n${events(body)}`)
      },
    ],
  ])('is part of the error, %s', async (_way, respond) => {
    for (const error of await failuresOf(respond)) {
      expect(error).toMatchObject({
        code: 'upstream-error',
        message: expect.stringContaining(text),
      })
      expect(error.message).not.toMatch(/invalid_union|\[object|\\"/)
    }
  })
})

it.each<readonly [string, Respond]>([
  ['as text', (response) => response.writeHead(500, { 'content-type': 'text/plain' }).end(text)],
  ['as a page', (response) => response.writeHead(502).end(`<html>${text}</html>`)],
  [
    'as an error event with text',
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(`event: error\ndata: ${text}\n\n`)
    },
  ],
  [
    'in a choice',
    streamOf(partial, {
      choices: [{ index: 0, finish_reason: 'error', error: { message: text } }],
    }),
  ],
  [
    'in a choice without a reason',
    streamOf(partial, { choices: [{ index: 0, delta: {}, error: text }] }),
  ],
  ['beside a choice', streamOf(partial, { ...partial, error: { message: text } })],
  [
    'in the choice of a document',
    json(200, { choices: [{ message: { content: 'Hel' }, error: { message: text } }] }),
  ],
])('reports an error %s', async (_name, respond) => {
  for (const error of await failuresOf(respond)) expect(error.message).toContain(text)
})

it.each([
  'error',
  'network_error',
  'insufficient_system_resource',
  'MALFORMED_FUNCTION_CALL',
  'abort',
])('reports the finish reason %j as an error that may be retried', async (finish_reason) => {
  const choice = { index: 0, finish_reason }
  const ways = [
    streamOf(partial, { choices: [{ ...choice, delta: {} }] }),
    json(200, { choices: [{ ...choice, message: { content: 'Hel' } }] }),
  ]
  for (const respond of ways) {
    for (const error of await failuresOf(respond)) {
      expect(error).toMatchObject({ code: 'upstream-error', retryable: true })
      expect(error.message).toContain(finish_reason)
    }
  }
})

it.each([
  [{ code: 401, message: 'bad key' }, 'upstream-error', 'provider-auth'],
  [{ code: '402', message: 'Insufficient credits' }, 'rate-limited', 'quota'],
  [{ code: 429, message: 'Slow down' }, 'rate-limited', undefined],
  [{ type: 'rate_limit_error', message: 'Slow down' }, 'rate-limited', undefined],
  [{ status: 'RESOURCE_EXHAUSTED', message: 'Slow down' }, 'rate-limited', undefined],
  [{ type: 'overloaded_error', message: 'Overloaded' }, 'unavailable', undefined],
  [{ code: 502, message: 'Provider disconnected' }, 'upstream-error', 'provider-failed'],
  [{ code: 'context_length_exceeded', message: 'Too long' }, 'invalid-params', 'context-length'],
  [{ type: 'invalid_request_error', message: 'No' }, 'upstream-error', 'provider-refused'],
])('classifies %j in a successful response', async (error, code, reason) => {
  for (const respond of [json(200, { error }), streamOf({ error }), streamOf(partial, { error })]) {
    for (const thrown of await failuresOf(respond)) {
      expect(thrown).toMatchObject({ code, message: expect.stringContaining(error.message) })
      expect(thrown.details?.['reason']).toBe(reason)
    }
  }
})

it.each([
  [402, { error: { message: 'Insufficient Balance' } }, 'rate-limited', false],
  [413, { error: { message: 'Request too large' } }, 'invalid-params', false],
  [429, { error: { message: 'Too many tokens, please wait' } }, 'rate-limited', true],
  [503, { error: { message: 'Loading model' } }, 'unavailable', true],
  [529, { error: { message: 'Overloaded' } }, 'unavailable', true],
  [504, {}, 'timeout', true],
])('classifies status %i with %j', async (status, body, code, retryable) => {
  for (const error of await failuresOf(json(status, body))) {
    expect(error).toMatchObject({ code, retryable })
  }
})

it.each([
  ['retry-after', '7', 7000],
  ['retry-after', '0.5', 500],
  ['retry-after-ms', '1500', 1500],
  ['retry-after-ms', '1500.5', 1501],
])('reads the delay of %s: %s', async (name, value, retryAfterMs) => {
  for (const status of [429, 503]) {
    for (const error of await failuresOf(json(status, {}, { [name]: value }))) {
      expect(error.details).toEqual({ retryAfterMs })
    }
  }
})

it.each([
  ["This model's maximum context length is 4096 tokens. However, you requested 5000"],
  ['Your input exceeds the context window of this model.'],
  ['Input tokens exceed the configured limit of 272000 tokens.'],
  ['prompt is too long: 210000 tokens > 200000 maximum'],
  ['input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000'],
  ['The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).'],
  ['Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768'],
  ['Please reduce the length of the messages or completion.'],
  ['too many tokens: total number of tokens in the prompt cannot exceed 4081'],
  ['Input is too long for requested model.'],
  ['Input validation error: inputs too long'],
  ['Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096.'],
  ['`inputs` must have less than 1024 tokens. Given: 2000'],
  ['the request exceeds the available context size, try increasing it'],
  ['Trying to keep the first 5000 tokens when context the overflows.'],
  ['prompt too long; exceeded max context length by 12 tokens'],
  ["This model's maximum prompt length is 131072 but the request contains 537812 tokens."],
  ['prompt token count of 140000 exceeds the limit of 128000'],
  ['tokens_limit_reached'],
  ['Invalid request: Your request exceeded model token limit: 8192'],
  ['Prompt exceeds max length'],
  ['Range of input length should be [1, 30720]'],
])('knows %j as a conversation that is too long', async (message) => {
  expect(isContextLength(message)).toBe(true)
  for (const body of [{ error: { message } }, { object: 'error', message }, { detail: message }]) {
    for (const error of await failuresOf(json(400, body))) {
      expect(error).toMatchObject({ code: 'invalid-params', details: { reason: 'context-length' } })
    }
  }
})

it.each([
  'temperature must be positive',
  'max_tokens is too large: 50000. This model supports at most 16384 completion tokens',
  'Invalid value for "content"',
  'tools[0].function.name is too long',
  'Rate limit reached for tokens per minute',
])('does not take %j for a conversation that is too long', (message) => {
  expect(isContextLength(message)).toBe(false)
})
