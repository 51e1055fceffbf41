import { createOfflinePlanner } from '@mcp/offline-planner'
import { expect, it } from 'vitest'

import { readSuggestions } from './read-suggestions.ts'

const tools = ['Add 1 and 2', 'Reverse "abc"'].map((title, index) => ({
  name: `tool_${index}`,
  description: title,
  parameters: { type: 'object' },
  examples: [{ title, arguments: {} }],
}))

it('returns what the offline planner suggests', async () => {
  const planner = createOfflinePlanner()
  const messages = [{ role: 'user', content: 'qwertz' }] as const
  const { text } = await planner.generate({ messages, tools })
  const suggestions = readSuggestions(planner.id, text)
  expect(suggestions.toSorted()).toEqual(['Add 1 and 2', 'Reverse "abc"'])
})

it('returns nothing of another provider or response', () => {
  expect(readSuggestions('other', 'These would work:\n\n- Delete everything')).toEqual([])
  expect(readSuggestions('offline-planner', 'I ran add.')).toEqual([])
  expect(readSuggestions(undefined, 'These would work:\n\n- One')).toEqual([])
})
