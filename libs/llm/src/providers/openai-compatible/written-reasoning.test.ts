import { afterEach, expect, it } from 'vitest'

import {
  chunk,
  closeCompletionsServers,
  startCompletionsServer,
  streamOf,
} from '../../fixtures/completions-server.ts'
import { collect } from '../../fixtures/results.ts'
import { createOpenAiCompatibleProvider } from './openai-compatible-provider.ts'

afterEach(closeCompletionsServers)

const thinking = (text: string) => ({ type: 'thinking', thinking: [{ type: 'text', text }] })

it.each<[string, unknown[], string]>([
  ['a think block', ['<think>Two ', 'sums.</th', 'ink>\n\nHello'], 'Two sums.'],
  ['a thinking block', ['<thinking>Two sums.</thinking>Hel', 'lo'], 'Two sums.'],
  [
    'parts',
    [[thinking('Two ')], [thinking('sums.')], [{ type: 'text', text: 'Hello' }]],
    'Two sums.',
  ],
  ['a part with a text', [[{ type: 'reasoning', text: 'Sums.' }], 'Hello'], 'Sums.'],
])('streams the reasoning that a model writes as %s', async (_form, contents, reasoning) => {
  const chunks = contents.map((content) => chunk({ content }))
  const { url } = await startCompletionsServer(streamOf(...chunks, chunk({}, 'stop')))
  const provider = createOpenAiCompatibleProvider({ url, model: 'small' })
  const events = await collect(provider.stream({ messages: [{ role: 'user', content: 'Hi' }] }))
  const textOf = (type: string) =>
    events.map((event) => (event.type === type && 'text' in event ? event.text : '')).join('')
  expect(textOf('reasoning-delta')).toBe(reasoning)
  expect(textOf('text-delta')).toBe('Hello')
  expect(events.at(-1)).toMatchObject({ response: { text: 'Hello' } })
})

it('streams the reasoning of a response that was cut off in a think block', async () => {
  const chunks = [chunk({ content: '<think>Two sums' }), chunk({}, 'length')]
  const { url } = await startCompletionsServer(streamOf(...chunks))
  const provider = createOpenAiCompatibleProvider({ url, model: 'small' })
  const events = await collect(provider.stream({ messages: [{ role: 'user', content: 'Hi' }] }))
  const deltas = events.flatMap((event) => (event.type === 'reasoning-delta' ? event.text : []))
  expect(deltas.join('')).toBe('Two sums')
  expect(events.at(-1)).toMatchObject({ response: { text: '', stopReason: 'length' } })
})
