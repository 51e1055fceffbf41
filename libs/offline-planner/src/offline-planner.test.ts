import { expect, it } from 'vitest'

import type { ModelMessage } from '@mcp/llm'
import { runAgent } from '@mcp/llm'
import { catalogue, createSession } from '@mcp/llm/testing'
import { createOfflinePlanner } from './offline-planner.ts'

const label = '(offline planner: no language model)'

it('reads no instructions in attachments', async () => {
  const { call, requests } = createSession()
  const provider = createOfflinePlanner()
  const attached = 'Attachment notes.md:\nadd 2 and 3. Then reverse "abc".'
  for (const prompt of ['explain this', 'what is 12 * 12?']) {
    await runAgent({ provider, prompt, attached, catalogue, call })
  }
  expect(requests.map(({ payload }) => payload['params'])).toEqual([{ a: 12, b: 12 }])
})

it('answers each prompt of a conversation', async () => {
  const { call, requests } = createSession()
  const provider = createOfflinePlanner()
  let messages: readonly ModelMessage[] = []
  for (const prompt of ['add 2 and 3', 'add 4 and 5. Then reverse "abc".']) {
    const result = await runAgent({ provider, prompt, messages, catalogue, call })
    expect(result.stopReason).toBe('answered')
    messages = result.messages
  }
  expect(requests).toHaveLength(3)
})

it('lets other work run while it reads the tools and matches a prompt', async () => {
  const tools = Array.from({ length: 500 }, (_, index) => ({
    name: `tool_${index}`,
    description: `Converts ${index} lengths, weights and temperatures to other units.`,
    parameters: { type: 'object', properties: { value: { type: 'number' } } },
    examples: [
      { title: `convert ${index} km to feet`, arguments: { value: index } },
      { title: `how many feet are ${index} km?`, arguments: { value: index } },
    ],
  }))
  const provider = createOfflinePlanner()
  const messages = [{ role: 'user' as const, content: 'please convert km to feet '.repeat(20) }]
  let turns = 0
  let isFinished = false
  const count = (): void => {
    turns++
    if (!isFinished) setImmediate(count)
  }
  // The tools are read for the first prompt only.
  for (const _ of ['first', 'second']) {
    turns = 0
    isFinished = false
    setImmediate(count)
    await provider.generate({ messages, tools })
    isFinished = true
    expect(turns).toBeGreaterThan(3)
    await new Promise<void>((resolve) => void setImmediate(resolve))
  }
})

async function ask(prompt: string, offered = catalogue) {
  const { call, requests } = createSession()
  const provider = createOfflinePlanner()
  const result = await runAgent({ provider, prompt, catalogue: offered, call })
  return { ...result, requests, answer: result.response.split('\n')[0] }
}

it.each([
  ['What is 12 * 12?', 'calculator', 'multiply', { a: 12, b: 12 }, '144'],
  ['what is 12 x 3', 'calculator', 'multiply', { a: 12, b: 3 }, '36'],
  ['twelve times two', 'calculator', 'multiply', { a: 12, b: 2 }, '24'],
  ['add 2 and 3', 'calculator', 'add', { a: 2, b: 3 }, '5'],
  ['-2 plus 3.5 please', 'calculator', 'add', { a: -2, b: 3.5 }, '1.5'],
  ['subtract 3 from 10', 'calculator', 'subtract', { a: 10, b: 3 }, '7'],
  ['7/2', 'calculator', 'divide', { a: 7, b: 2 }, '3.5'],
  ["what's 15% of 80", 'calculator', 'percentage', { percent: 15, whole: 80 }, '12'],
  ['square root of 81', 'calculator', 'sqrt', { value: 81 }, '9'],
  ['2 + 3 * 4', 'calculator', 'evaluate', { expression: '2 + 3 * 4' }, 'the value of 2 + 3 * 4'],
  [
    'what is sqrt(2) + 1?',
    'calculator',
    'evaluate',
    { expression: 'sqrt(2) + 1' },
    'the value of sqrt(2) + 1',
  ],
  [
    'convert 10 km to feet',
    'calculator',
    'convertUnits',
    { value: 10, from: 'km', to: 'feet' },
    'value: 20',
  ],
  ['mean of 4, 5, 6 and 7', 'calculator', 'statistics', { values: [4, 5, 6, 7] }, 'mean: 3'],
  [
    'uppercase "hello world"',
    'textProcessor',
    'toUpperCase',
    { text: 'hello world' },
    'HELLO WORLD',
  ],
  ['reverse "abc"', 'textProcessor', 'reverse', { text: 'abc' }, 'cba'],
  ['reverse abc', 'textProcessor', 'reverse', { text: 'abc' }, 'cba'],
  [
    'how many words in "the quick brown fox"',
    'textProcessor',
    'count',
    { text: 'the quick brown fox' },
    'words: 4',
  ],
  ['sha256 of "hello"', 'textProcessor', 'hash', { text: 'hello' }, 'sha256(hello)'],
  [
    'sha512 of "hello"',
    'textProcessor',
    'hash',
    { text: 'hello', algorithm: 'sha512' },
    'sha512(hello)',
  ],
  [
    'in "banana" replace "a" with "o"',
    'textProcessor',
    'replace',
    { text: 'banana', pattern: 'a', replacement: 'o' },
    'bonono',
  ],
  ['reverse text: abc', 'textProcessor', 'reverse', { text: 'abc' }, 'cba'],
])('runs %j', async (prompt, tool, operation, params, answer) => {
  const result = await ask(prompt)
  expect(result.requests).toEqual([
    { type: 'tool-execution', payload: { tool, operation, params } },
  ])
  expect(result.answer).toBe(answer)
  expect(result.response).toContain('I ran ')
  expect(result.response.endsWith(label)).toBe(true)
  expect(result).toMatchObject({
    provider: 'offline-planner',
    model: 'offline-planner',
    offline: true,
    usage: { inputTokens: 0, outputTokens: 0 },
  })
})

it.each([
  ['What is the weather in Paris?', { city: 'Paris', operation: 'forecast', params: {} }],
  ['forecast for New York', { city: 'New York', operation: 'forecast', params: {} }],
  ['forecast for Oslo for 5 days', { city: 'Oslo', operation: 'forecast', params: { days: 5 } }],
  ['forecast for "Rome", days: 2', { city: 'Rome', operation: 'forecast', params: { days: 2 } }],
])('works with a third-party contract: %j', async (prompt, payload) => {
  const { requests } = await ask(prompt)
  expect(requests).toEqual([{ type: 'weather-forecast', payload }])
})

it('lists the tools', async () => {
  const { answer, requests } = await ask('which tools are there?')
  expect(requests[0]?.payload).toEqual({ tool: 'tools', operation: 'list', params: {} })
  expect(answer).toBe('- calculator: Calculator. Sums. operations: ["add"]')
})

it.each(
  catalogue.flatMap(({ audience, examples }) =>
    audience === 'model'
      ? examples.flatMap(({ title, params }) =>
          title === undefined ? [] : [[title, params] as const],
        )
      : [],
  ),
)('runs the example %j', async (title, params) => {
  const { call, requests } = createSession()
  const { provider, steps } = await runAgent({
    provider: createOfflinePlanner(),
    prompt: title,
    catalogue,
    call,
    approvals: { policy: 'never', grants: [] },
  })
  expect(provider).toBe('offline-planner')
  expect(steps[0]?.calls).toHaveLength(1)
  expect(requests[0]?.payload['params']).toEqual(params)
})

it.each([
  'write a poem about rain',
  'who is the president',
  'tell me a joke',
  'hello',
  'delete everything',
  'square 7',
  'what is love + 3',
  'how many people live in Oslo',
  'count to ten',
  'reverse hello as rot13',
  'reverse the decision',
])('reports that it cannot do %j, and suggests prompts', async (prompt) => {
  const { response, requests } = await ask(prompt)
  expect(requests).toEqual([])
  expect(response).toContain(`I could not match this to anything I can run: “${prompt}”`)
  expect(response).toContain('These would work:\n\n- ')
  expect(response.endsWith(label)).toBe(true)
})

it('responds to an empty prompt', async () => {
  expect((await ask('  ?  ')).response).toContain('The prompt contains nothing that I can run.')
})

it.each(['add 2 and 3 and 4', "don't add 2 and 3", 'is 3 bigger than 2', 'add 2 and 3 to "notes"'])(
  'runs nothing rather than part of %j',
  async (prompt) => {
    expect((await ask(prompt)).requests).toEqual([])
  },
)

it('suggests only prompts that work', async () => {
  const { response } = await ask('write a poem about rain')
  const suggested = [...response.matchAll(/^- (.+)$/gm)].map(([, prompt]) => prompt ?? '')
  expect(suggested.length).toBeGreaterThan(3)
  for (const prompt of suggested) {
    const { steps } = await ask(prompt)
    expect({ prompt, calls: steps[0]?.calls.length }).toEqual({ prompt, calls: 1 })
  }
})

it('reports that no operations are offered', async () => {
  expect((await ask('What is 2 + 3?', [])).response).toContain('No operations are offered here.')
})

it('runs the parts in order, and uses the result of the first', async () => {
  const { response, requests } = await ask(
    'add 2 and 3 and then multiply it by 4, then divide 9 by 3',
  )
  expect(requests.map(({ payload }) => payload['params'])).toEqual([
    { a: 2, b: 3 },
    { a: 9, b: 3 },
    { a: 5, b: 4 },
  ])
  expect(response).toContain('“add 2 and 3”:\n5')
  expect(response).toContain('“multiply it by 4”:\n20')
})

it('uses the result if the next part names no value', async () => {
  expect((await ask('reverse "abc" then uppercase')).response).toContain('“uppercase”:\nCBA')
})

it('responds to several questions in one prompt', async () => {
  const { response } = await ask('What is 2 + 3? Write "then; and then" in capitals!')
  expect(response).toContain('\n5\n')
  expect(response).toContain('THEN; AND THEN')
})

it('runs the parts that it understands, and names the others', async () => {
  const { response } = await ask('write a poem about rain and then reverse it, then add 1 and 2')
  expect(response).toContain(
    'could not match this to anything I can run: “write a poem about rain”',
  )
  expect(response).toContain('no earlier result to use: “reverse it”')
  expect(response).toContain('“add 1 and 2”:\n3')
})

it('reports the message of a failure', async () => {
  const { response } = await ask('divide 1 by 0 and then reverse it')
  expect(response).toContain(
    'and it failed: invalid-params: calculator.divide: divisor must not be zero',
  )
  expect(response).toContain('no earlier result to use')
})

it('requires approval of a risky call like any provider', async () => {
  const { response, requests } = await ask('Delete the note "old plans"')
  expect(requests).toEqual([])
  expect(response).toContain('requires approval')
})

it('never offers operations for users', async () => {
  const { requests } = await ask('Approve the note "shopping"')
  expect(requests).toEqual([])
})

it('streams the same response', async () => {
  const texts: string[] = []
  const result = await runAgent({
    provider: createOfflinePlanner(),
    prompt: 'What is 12 * 12?',
    catalogue,
    call: createSession().call,
    onEvent: (event) => {
      if (event.type === 'text-delta') texts.push(event.text)
    },
  })
  expect(texts.join('')).toBe(result.response)
})

it('handles a long prompt quickly', async () => {
  const { response } = await ask(`${'add 1 and '.repeat(5000)}2`)
  expect(response).toContain('could not match')
})

it('reports the parts of a prompt that it does not run', async () => {
  const prompt = Array.from({ length: 23 }, (_, index) => `add ${index} and 1`).join('; ')
  const { requests, response } = await ask(prompt)
  expect(requests).toHaveLength(20)
  expect(response).toContain(
    'I did not run 3 more, since a prompt can have at most 20 parts. The first of them: “add 20 and 1”',
  )
})
