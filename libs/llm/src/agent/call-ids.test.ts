import { expect, it } from 'vitest'

import { catalogue, createSession } from '../fixtures/test-catalogue.ts'
import { scriptedProvider, toolCall } from '../fixtures/scripted-provider.ts'
import type { ModelMessage } from '../providers/model-provider.ts'
import { createCallIds } from './call-ids.ts'
import { callsOf } from './history.ts'
import { runAgent } from './run-agent.ts'

const call = (id: string) => ({ id, name: 'calculator_add', arguments: {} })
const add = (id: string) => toolCall('calculator_add', { a: 1, b: 2 }, id)

/** Returns the ids of the calls of a run, by response. */
async function idsOf(messages: readonly ModelMessage[], prompt?: string): Promise<string[][]> {
  const { call: send } = createSession()
  const provider = scriptedProvider([[add('call_1')], 'Done.'])
  const result = await runAgent({ provider, prompt, messages, catalogue, call: send })
  return result.messages
    .map((message) => callsOf(message).map(({ id }) => id))
    .filter((ids) => ids.length > 0)
}

it('keeps the ids of a model that uses each once', () => {
  const ids = createCallIds([])
  expect(ids.assign([call('a'), call('b')], 1).map(({ id }) => id)).toEqual(['a', 'b'])
  expect(ids.assign([call('c')], 2).map(({ id }) => id)).toEqual(['c'])
})

it('changes an id that an earlier response or the same response has used', () => {
  const ids = createCallIds([call('a')])
  expect(ids.of('a', 3)).toBe('a-step-3')
  const assigned = ids.assign([call('a'), call('a'), call('b'), call('b'), call('b')], 3)
  expect(assigned.map(({ id }) => id)).toEqual([
    'a-step-3',
    'a-step-3-2',
    'b',
    'b-step-3',
    'b-step-3-2',
  ])
})

const finished: ModelMessage[] = [
  { role: 'user', content: 'Go on.' },
  { role: 'assistant', content: '', toolCalls: [call('call_1')] },
  { role: 'tool', toolCallId: 'call_1', toolName: 'calculator_add', content: '3' },
]

it('does not reuse the id of a completed call in a run that is continued', async () => {
  expect(await idsOf(finished)).toEqual([['call_1'], ['call_1-step-2']])
})

it('does not reuse the id of a call of an earlier run of the conversation', async () => {
  const messages: ModelMessage[] = [
    ...finished,
    { role: 'assistant', content: '', toolCalls: [call('call_1-step-1')] },
    {
      role: 'tool',
      toolCallId: 'call_1-step-1',
      toolName: 'calculator_add',
      content: '3',
    },
    { role: 'assistant', content: 'Done.' },
  ]
  expect(await idsOf(messages, 'Again.')).toEqual([
    ['call_1'],
    ['call_1-step-1'],
    ['call_1-step-1-2'],
  ])
})
