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
import { collect } from '../../fixtures/results.ts'
import type { ModelResponse } from '../model-provider.ts'
import { createOpenAiCompatibleProvider } from './openai-compatible-provider.ts'

afterEach(closeCompletionsServers)

type Fields = Readonly<Record<string, unknown>>

const tool = (name: string) => ({ name, description: 'A tool.', parameters: { type: 'object' } })
const request = {
  messages: [{ role: 'user', content: 'Hello' }],
  tools: [tool('calculator_add'), tool('list_roots')],
} as const

async function respondTo(respond: Respond, isStreamed: boolean): Promise<ModelResponse> {
  const { url } = await startCompletionsServer(respond)
  const provider = createOpenAiCompatibleProvider({ url, model: 'small' })
  if (!isStreamed) return provider.generate(request)
  const last = (await collect(provider.stream(request))).at(-1)
  if (last?.type !== 'response-finished') throw new Error('Expected a response.')
  return last.response
}

const document = (choice: Fields, rest: Fields = {}) =>
  json(200, { id: 'x', choices: [{ index: 0, finish_reason: 'stop', ...choice }], ...rest })

/** Every way in which a server can send one message: both formats, whether streaming is requested or not. */
function everyWay(message: Fields): readonly (readonly [string, Respond, boolean])[] {
  const asDocument = document({ message })
  const asEvents = streamOf(chunk(message), chunk({}, 'stop'))
  return [
    ['a document', asDocument, false],
    ['a document instead of a stream', asDocument, true],
    ['a stream', asEvents, true],
    ['a stream instead of a document', asEvents, false],
  ]
}

const call = (fn: Fields, fields: Fields = {}) => ({
  tool_calls: [{ index: 0, id: 'a', type: 'function', function: fn, ...fields }],
})
const add = (args: unknown) => call({ name: 'calculator_add', arguments: args })
const sum = { a: 2, b: 3 }
const sumText = '{"a":2,"b":3}'

describe.each<readonly [string, Fields, string, unknown]>([
  ['arguments as text', add(sumText), 'calculator_add', sum],
  ['arguments as an object', add(sum), 'calculator_add', sum],
  ['arguments as text within text', add(JSON.stringify(sumText)), 'calculator_add', sum],
  ['arguments in a fenced block', add(`\`\`\`json\n${sumText}\n\`\`\``), 'calculator_add', sum],
  ['arguments after an empty object', add(`{}${sumText}`), 'calculator_add', sum],
  ['arguments with white space', add(` ${sumText}\n`), 'calculator_add', sum],
  ['null arguments', add(null), 'calculator_add', {}],
  ['arguments with the text null', add('null'), 'calculator_add', {}],
  ['empty arguments', add(''), 'calculator_add', {}],
  ['arguments as an empty array', add([]), 'calculator_add', {}],
  ['arguments with the text []', add('[]'), 'calculator_add', {}],
  ['missing arguments', call({ name: 'list_roots' }), 'list_roots', {}],
  ['invalid arguments', add('{"a":2,'), 'calculator_add', '{"a":2,'],
  ['an inexact number', add('{"a":9007199254740993}'), 'calculator_add', { a: '9007199254740993' }],
  ['a number out of range', add('{"a":1e400}'), 'calculator_add', { a: '1e400' }],
  ['a name with white space', call({ name: ' list_roots\n' }), 'list_roots', {}],
  ['a name with a prefix', call({ name: 'functions.list_roots' }), 'list_roots', {}],
  ['a name with a dot', call({ name: 'calculator.add' }), 'calculator_add', {}],
  ['an unknown name', call({ name: 'functions.other' }), 'functions.other', {}],
  [
    'one call without an array',
    { tool_calls: call({ name: 'list_roots' }).tool_calls[0] },
    'list_roots',
    {},
  ],
  [
    'a call without "function"',
    { tool_calls: [{ id: 'a', name: 'list_roots', arguments: sum }] },
    'list_roots',
    sum,
  ],
  [
    'a legacy function call',
    { function_call: { name: 'list_roots', arguments: sumText } },
    'list_roots',
    sum,
  ],
  ['a numeric id', call({ name: 'list_roots' }, { id: 7 }), 'list_roots', {}],
  ['a null id', call({ name: 'list_roots' }, { id: null }), 'list_roots', {}],
  ['an index as text', call({ name: 'list_roots' }, { index: '0' }), 'list_roots', {}],
])('a tool call with %s', (_name, message, name, args) => {
  it.each(everyWay({ role: 'assistant', content: null, ...message }))(
    'as %s',
    async (_way, respond, isStreamed) => {
      const response = await respondTo(respond, isStreamed)
      expect(response).toMatchObject({ text: '', stopReason: 'tool-calls' })
      expect(response.toolCalls).toEqual([
        { id: expect.stringMatching(/^\w+$/), name, arguments: args },
      ])
    },
  )
})

it.each([
  ['duplicate ids', ['same', 'same']],
  ['no ids', [undefined, undefined]],
  ['empty ids', ['', '']],
])(
  'gives calls with %s unique ids of 9 characters, which every provider accepts',
  async (_name, ids) => {
    const calls = ids.map((id, index) => ({ id, index, function: { name: 'list_roots' } }))
    for (const [, respond, isStreamed] of everyWay({ tool_calls: calls })) {
      const { toolCalls } = await respondTo(respond, isStreamed)
      const received = toolCalls.map(({ id }) => id)
      expect(new Set(received).size).toBe(2)
      expect(received.at(-1)).toMatch(/^[a-zA-Z0-9]{9}$/)
    }
  },
)

const thought = { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }

describe.each<readonly [string, Fields, string]>([
  ['text', { content: 'Hello' }, 'Hello'],
  [
    'parts',
    {
      content: [
        { type: 'text', text: 'Hel' },
        { type: 'text', text: 'lo' },
      ],
    },
    'Hello',
  ],
  ['output parts', { content: [{ type: 'output_text', text: 'Hello' }] }, 'Hello'],
  ['thinking parts', { content: [thought, { type: 'text', text: 'Hello' }] }, 'Hello'],
  ['one part without an array', { content: { type: 'text', text: 'Hello' } }, 'Hello'],
  ['texts', { content: ['Hel', 'lo'] }, 'Hello'],
  ['null', { content: null }, ''],
  ['nothing', {}, ''],
  ['null tool calls', { content: 'Hello', tool_calls: null, function_call: null }, 'Hello'],
  ['no tool calls', { content: 'Hello', tool_calls: [] }, 'Hello'],
  ['reasoning', { content: 'Hello', reasoning_content: 'secret' }, 'Hello'],
  ['null reasoning', { content: 'Hello', reasoning: null, reasoning_content: null }, 'Hello'],
  ['an unexpected role', { content: 'Hello', role: 'model' }, 'Hello'],
  ['a think block', { content: '<think>secret</think>\n\nHello' }, 'Hello'],
  ['two think blocks', { content: '<think>a</think> <THINK>b</THINK>Hello' }, 'Hello'],
  ['a thought block', { content: '\n<thought>secret</thought>Hello' }, 'Hello'],
  ['an empty think block', { content: '<think>\n\n</think>\n\nHello' }, 'Hello'],
  ['a think block without its start', { content: 'secret\n</think>\n\nHello' }, 'Hello'],
  ['a tag within the text', { content: 'Use <think> and </think>.' }, 'Use <think> and </think>.'],
  ['a tag that never ends', { content: '<think> is a tag.' }, '<think> is a tag.'],
  ['another tag', { content: '<thin>x</thin>' }, '<thin>x</thin>'],
])('a message with %s', (_name, message, text) => {
  it.each(everyWay({ role: 'assistant', ...message }))(
    'as %s',
    async (_way, respond, isStreamed) => {
      expect(await respondTo(respond, isStreamed)).toMatchObject({
        text,
        toolCalls: [],
        stopReason: 'stop',
      })
    },
  )
})

it.each([
  ['finish_reason', 'stop', 'stop'],
  ['finish_reason', 'eos', 'stop'],
  ['finish_reason', 'end_turn', 'stop'],
  ['finish_reason', null, 'stop'],
  ['finish_reason', '', 'stop'],
  ['finish_reason', undefined, 'stop'],
  ['finish_reason', 'length', 'length'],
  ['finish_reason', 'max_tokens', 'length'],
  ['finish_reason', 'content_filter', 'content-filter'],
  ['finish_reason', 'SAFETY', 'content-filter'],
  ['finish_reason', 'something', 'other'],
])('reads the %s %j as %s', async (_field, finish_reason, stopReason) => {
  const last = { ...chunk({}), choices: [{ index: 0, delta: {}, finish_reason }] }
  const ways: [Respond, boolean][] = [
    [document({ message: { content: 'Hello' }, finish_reason }), false],
    [streamOf(chunk({ content: 'Hello' }), last), true],
    [streamOf(chunk({ content: 'Hello' }), last), false],
  ]
  for (const [respond, isStreamed] of ways) {
    expect(await respondTo(respond, isStreamed)).toMatchObject({ text: 'Hello', stopReason })
  }
})

it('reads a refusal as a filtered response', async () => {
  for (const [, respond, isStreamed] of everyWay({ content: null, refusal: 'I cannot.' })) {
    const response = await respondTo(respond, isStreamed)
    expect(response).toMatchObject({ text: 'I cannot.', stopReason: 'content-filter' })
  }
})

const counts = { inputTokens: 10, outputTokens: 5 }
const none = { inputTokens: 0, outputTokens: 0 }

it.each([
  ['numbers', { usage: { prompt_tokens: 10, completion_tokens: 5 } }, counts],
  ['texts', { usage: { prompt_tokens: '10', completion_tokens: '5' } }, counts],
  ['fractions', { usage: { prompt_tokens: 10.2, completion_tokens: 4.9 } }, counts],
  ['the names of Anthropic', { usage: { input_tokens: 10, output_tokens: 5 } }, counts],
  ['the place of Groq', { x_groq: { usage: { prompt_tokens: 10, completion_tokens: 5 } } }, counts],
  [
    'null details',
    { usage: { prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: null } },
    counts,
  ],
  ['an empty object', { usage: {} }, none],
  ['null', { usage: null }, none],
  ['an array', { usage: [] }, none],
  ['a text', { usage: 'none' }, none],
  ['negative numbers', { usage: { prompt_tokens: -1, completion_tokens: -1 } }, none],
])('reads usage with %s', async (_name, usage, expected) => {
  const text = chunk({ content: 'Hello' })
  const ways: [Respond, boolean][] = [
    [document({ message: { content: 'Hello' } }, usage), false],
    [document({ message: { content: 'Hello' } }, usage), true],
    [streamOf(text, { ...chunk({}, 'stop'), ...usage }), true],
    [streamOf(text, chunk({}, 'stop'), { id: 'x', choices: [], ...usage }), true],
    [streamOf(text, chunk({}, 'stop'), { id: 'x', choices: null, ...usage }), true],
    [streamOf(text, chunk({}, 'stop'), { id: 'x', ...usage }), true],
  ]
  for (const [respond, isStreamed] of ways) {
    expect(await respondTo(respond, isStreamed)).toMatchObject({ text: 'Hello', usage: expected })
  }
})

it('uses the last counts if every chunk has usage', async () => {
  const usage = (completion_tokens: number) => ({ usage: { prompt_tokens: 10, completion_tokens } })
  const respond = streamOf(
    { ...chunk({ content: 'Hel' }), ...usage(1) },
    { ...chunk({ content: 'lo' }), usage: null },
    { ...chunk({}, 'stop'), ...usage(5) },
  )
  expect((await respondTo(respond, true)).usage).toEqual(counts)
})

it.each([
  ['numeric ids and text times', { id: 1, created: '2024-01-01', model: null }],
  ['fractional times', { created: 1700000000.5 }],
  ['no fields but the choices', {}],
  ['further fields', { citations: ['u'], system_fingerprint: null, x_groq: { id: '1' } }],
])('accepts a completion with %s', async (_name, fields) => {
  const choices = (choice: Fields) => ({ ...fields, choices: [choice] })
  const ways: [Respond, boolean][] = [
    [json(200, choices({ message: { content: 'Hello' } })), false],
    [
      streamOf(
        choices({ delta: { content: 'Hello' } }),
        choices({ delta: null, finish_reason: 'stop' }),
      ),
      true,
    ],
    [streamOf(choices({ message: { content: 'Hello' }, finish_reason: 'stop' })), true],
    [streamOf(choices({ delta: { content: 'Hello' } }), choices({ finish_reason: 'stop' })), true],
  ]
  for (const [respond, isStreamed] of ways) {
    expect(await respondTo(respond, isStreamed)).toMatchObject({
      text: 'Hello',
      stopReason: 'stop',
    })
  }
})

it('reads only the first of several choices', async () => {
  const other = { index: 1, message: { content: 'Other' }, finish_reason: 'stop' }
  const first = { index: 0, message: { content: 'Hello' }, finish_reason: 'stop' }
  const ways: [Respond, boolean][] = [
    [json(200, { choices: [other, first] }), false],
    [
      streamOf(
        { choices: [{ ...other, delta: other.message }] },
        { choices: [{ ...first, delta: first.message }] },
      ),
      true,
    ],
  ]
  for (const [respond, isStreamed] of ways) {
    expect((await respondTo(respond, isStreamed)).text).toBe('Hello')
  }
})

const hello = events(chunk({ content: 'Hello' }))

it.each([
  ['a mark and no finish reason', `${hello}data: [DONE]\n\n`],
  ['a finish reason and no mark', events(chunk({ content: 'Hello' }, 'stop'))],
  ['invalid data after the mark', `${hello}data: [DONE]\n\ndata: {"garbage":1}\n\ndata: {\n\n`],
  ['an error after the mark', `${hello}data: [DONE]\n\nevent: error\ndata: {"message":"late"}\n\n`],
  ['spaces around the mark', `${hello}data:  [DONE] \n\n`],
  ['a byte order mark', `\uFEFF${hello}data: [DONE]\n\n`],
  ['empty lines before it', `\n\n${hello}data: [DONE]\n\n`],
  ['CRLF', `${hello}data: [DONE]\n\n`.replaceAll('\n', '\r\n')],
  ['CR', `${hello}data: [DONE]\n\n`.replaceAll('\n', '\r')],
  ['no space after "data:"', `${hello}data: [DONE]\n\n`.replaceAll('data: ', 'data:')],
  ['comments', `: OPENROUTER PROCESSING\n\n${hello}: ping\n\ndata: [DONE]\n\n`],
  [
    'named events',
    `event: message\n${hello}event: ping\ndata: {"type":"ping"}\n\ndata: [DONE]\n\n`,
  ],
  ['empty data', `data:\n\n${hello}data: [DONE]\n\n`],
])('reads a stream with %s', async (_name, body) => {
  for (const type of ['text/event-stream', 'text/plain', 'application/json', undefined]) {
    for (const isStreamed of [true, false]) {
      const respond: Respond = (response) => {
        response.writeHead(200, type === undefined ? {} : { 'content-type': type })
        response.end(body)
      }
      expect((await respondTo(respond, isStreamed)).text).toBe('Hello')
    }
  }
})
