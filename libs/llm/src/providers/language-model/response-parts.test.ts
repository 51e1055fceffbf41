import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { expect, it } from 'vitest'

import type { ModelDelta } from '../model-provider.ts'
import { createResponseParts } from './response-parts.ts'

function input(id: string, text: string): LanguageModelV4StreamPart[] {
  return [
    { type: 'tool-input-start', id, toolName: 'add' },
    { type: 'tool-input-delta', id, delta: text.slice(0, 4) },
    { type: 'tool-input-delta', id, delta: text.slice(4) },
    { type: 'tool-input-end', id },
  ]
}

const call = (toolCallId: string, text: string): LanguageModelV4StreamPart => ({
  type: 'tool-call',
  toolCallId,
  toolName: 'add',
  input: text,
})

const first = '{"a":1,"b":2}'
const second = '{"a":3,"b":4}'

it.each([
  [
    'each call follows its pieces',
    [...input('x', first), call('x', first), ...input('x', second), call('x', second)],
  ],
  [
    'the calls follow all pieces',
    [...input('x', first), ...input('x', second), call('x', first), call('x', second)],
  ],
])('keeps the arguments of calls with the same id apart if %s', (_case, stream) => {
  const parts = createResponseParts({
    host: 'models.test',
    model: 'm',
    key: undefined,
    now: 0,
  })
  const deltas = stream.flatMap((part): ModelDelta[] => {
    const delta = parts.add(part)
    return delta === undefined ? [] : [delta]
  })
  parts.add({
    type: 'finish',
    finishReason: { unified: 'tool-calls', raw: 'tool_calls' },
    usage: {
      inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 1, text: 1, reasoning: 0 },
    },
  })
  const { toolCalls } = parts.finish()
  expect(toolCalls.map(({ arguments: args }) => args)).toEqual([
    { a: 1, b: 2 },
    { a: 3, b: 4 },
  ])
  expect(new Set(toolCalls.map(({ id }) => id)).size).toBe(2)
  const received = toolCalls.map(({ id }) =>
    deltas
      .flatMap((delta) => (delta.type === 'arguments-delta' && delta.id === id ? [delta.text] : []))
      .join(''),
  )
  expect(received).toEqual([first, second])
})
