import { expect, it } from 'vitest'

import { readCallResults } from './call-results.ts'
import type { ModelMessage } from './model-provider.ts'

it('finds the results of the calls after the last message of the user by their data', () => {
  const call = (id: string, providerData?: unknown): ModelMessage => ({
    role: 'assistant',
    content: '',
    toolCalls: [{ id, name: 'add', arguments: {}, providerData }],
  })
  const result = (toolCallId: string, content: string) =>
    ({ role: 'tool', toolCallId, toolName: 'add', content }) as const
  const messages: ModelMessage[] = [
    { role: 'user', content: 'First' },
    call('part-0', 0),
    result('part-0', 'old'),
    { role: 'user', content: 'Second' },
    call('part-0-step-1', 0),
    result('part-0-step-1', 'new'),
    call('other'),
    result('other', 'without data'),
  ]
  expect(readCallResults(messages)).toEqual([
    { providerData: 0, message: result('part-0-step-1', 'new') },
    { providerData: undefined, message: result('other', 'without data') },
  ])
})
