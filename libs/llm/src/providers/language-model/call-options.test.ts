import { expect, it } from 'vitest'

import { toCallOptions } from './call-options.ts'

it('keeps the order of calls and reasoning if the ids of the calls were changed', () => {
  const providerOptions = { anthropic: { signature: 'signed' } }
  const parts = [
    { type: 'reasoning', text: 'First.', providerOptions },
    { type: 'tool-call', id: 'call_1' },
    { type: 'reasoning', text: 'Then.', providerOptions },
    { type: 'tool-call', id: 'call_2' },
  ]
  const toolCalls = ['call_1-step-2', 'call_2-step-2'].map((id) => ({
    id,
    name: 'calculator_add',
    arguments: {},
  }))
  const message = {
    role: 'assistant',
    content: '',
    toolCalls,
    providerData: { model: 'small', parts },
  } as const
  const { prompt } = toCallOptions({ messages: [message] }, 'small', false)
  expect(prompt).toMatchObject([
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'First.' },
        { type: 'tool-call', toolCallId: 'call_1-step-2' },
        { type: 'reasoning', text: 'Then.' },
        { type: 'tool-call', toolCallId: 'call_2-step-2' },
      ],
    },
  ])
})
