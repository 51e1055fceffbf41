import type { OperationDescription, ResponseEnvelope, Schema } from '@mcp/protocol'
import {
  createResponse,
  describeContract,
  describeOperation,
  McpError,
  operation,
} from '@mcp/protocol'
import { tools } from '@mcp/protocol/contracts/tools'
import * as z from 'zod'

import type { AgentRequest } from '../agent/agent-tool.ts'

type Params = Readonly<Record<string, unknown>>
type Facts = Omit<Parameters<typeof operation>[0], 'result' | 'chunk'>

interface Entry {
  readonly description: OperationDescription
  readonly run: (params: Params) => unknown
}

const readOnly = { readOnly: true } as const

function entry(
  place: { type: string; targetKey: string; target?: string },
  name: string,
  facts: Facts,
  run: Entry['run'],
): Entry {
  const described = operation<Schema, Schema>({ ...facts, result: () => z.unknown() })
  return { description: describeOperation(name, described, place), run }
}

const tool = (target: string) => ({ type: 'tool-execution', targetKey: 'tool', target })
const number = (params: Params, name: string) => Number(params[name])
const text = (params: Params) => String(params['text'])

const pair = () => z.object({ a: z.number(), b: z.number() })
const one = () => z.object({ text: z.string() })

function calculate(
  name: string,
  title: string,
  titles: [string, number, number][],
  run: (a: number, b: number) => number,
): Entry {
  const [first, ...others] = titles.map(([title, a, b]) => ({ title, params: { a, b } }))
  if (first === undefined) throw new McpError('internal', 'A fixture has no example.')
  return entry(
    tool('calculator'),
    name,
    {
      title,
      description: `${title} two numbers.`,
      params: pair,
      hints: readOnly,
      examples: [first, ...others],
    },
    (params) => run(number(params, 'a'), number(params, 'b')),
  )
}

const calculator = [
  calculate(
    'add',
    'Add',
    [
      ['What is 2 + 3?', 2, 3],
      ['the sum of 4 and 9', 4, 9],
    ],
    (a, b) => a + b,
  ),
  calculate('subtract', 'Subtract', [['What is 10 - 4?', 10, 4]], (a, b) => a - b),
  calculate('multiply', 'Multiply', [['What is 6 times 7?', 6, 7]], (a, b) => a * b),
  calculate('divide', 'Divide', [['divide 9 by 3', 9, 3]], (a, b) => {
    if (b !== 0) return a / b
    throw new McpError('invalid-params', 'calculator.divide: divisor must not be zero')
  }),
  entry(
    tool('calculator'),
    'sqrt',
    {
      title: 'Square root',
      description: 'The square root of a number.',
      params: () => z.object({ value: z.number() }),
      hints: readOnly,
      examples: [{ title: 'What is the square root of 16?', params: { value: 16 } }],
    },
    ({ value }) => Math.sqrt(Number(value)),
  ),
  entry(
    tool('calculator'),
    'percentage',
    {
      title: 'Percentage',
      description: 'A part of a whole.',
      params: () => z.object({ percent: z.number(), whole: z.number() }),
      hints: readOnly,
      examples: [{ title: 'What is 20% of 50?', params: { percent: 20, whole: 50 } }],
    },
    (params) => (number(params, 'percent') * number(params, 'whole')) / 100,
  ),
  entry(
    tool('calculator'),
    'evaluate',
    {
      title: 'Evaluate an expression',
      description: 'The value of an expression.',
      params: () => z.object({ expression: z.string() }),
      hints: readOnly,
      examples: [{ title: 'What is (1 + 2) * 3?', params: { expression: '(1 + 2) * 3' } }],
    },
    ({ expression }) => `the value of ${String(expression)}`,
  ),
  entry(
    tool('calculator'),
    'convertUnits',
    {
      title: 'Convert units',
      description: 'The same quantity in another unit.',
      params: () => z.object({ value: z.number(), from: z.string(), to: z.string() }),
      hints: readOnly,
      examples: [{ title: 'Convert 5 miles to km', params: { value: 5, from: 'miles', to: 'km' } }],
    },
    ({ value, from, to }) => ({ value: Number(value) * 2, unit: String(to), from: String(from) }),
  ),
  entry(
    tool('calculator'),
    'statistics',
    {
      title: 'Statistics',
      description: 'Mean and more.',
      params: () => z.object({ values: z.array(z.number()) }),
      hints: readOnly,
      examples: [{ title: 'the average of 1, 2 and 6', params: { values: [1, 2, 6] } }],
    },
    ({ values }) => ({ count: Array.isArray(values) ? values.length : 0, mean: 3 }),
  ),
]

const textProcessor = [
  entry(
    tool('textProcessor'),
    'toUpperCase',
    {
      title: 'Upper case',
      description: 'A text in capitals.',
      params: one,
      hints: readOnly,
      examples: [{ title: 'Write "hello" in capitals', params: { text: 'hello' } }],
    },
    (params) => text(params).toUpperCase(),
  ),
  entry(
    tool('textProcessor'),
    'reverse',
    {
      title: 'Reverse',
      description: 'A text backwards.',
      params: one,
      hints: readOnly,
      examples: [{ params: { text: 'hello' } }],
    },
    (params) => text(params).split('').toReversed().join(''),
  ),
  entry(
    tool('textProcessor'),
    'count',
    {
      title: 'Count',
      description: 'How many characters and words a text has.',
      params: one,
      hints: readOnly,
      examples: [{ title: 'Count the words in "a b"', params: { text: 'a b' } }],
    },
    (params) => ({ characters: text(params).length, words: text(params).split(' ').length }),
  ),
  entry(
    tool('textProcessor'),
    'hash',
    {
      title: 'Hash',
      description: 'The digest of a text.',
      params: () =>
        z.object({
          text: z.string(),
          algorithm: z.enum(['sha256', 'sha512', 'md5']).default('sha256'),
        }),
      hints: readOnly,
      examples: [
        { title: 'The SHA-256 of "hello"', params: { text: 'hello' } },
        { title: 'the md5 hash of "hello"', params: { text: 'hello', algorithm: 'md5' } },
      ],
    },
    ({ algorithm = 'sha256', ...params }) => `${String(algorithm)}(${text(params)})`,
  ),
  entry(
    tool('textProcessor'),
    'replace',
    {
      title: 'Replace',
      description: 'One text for another.',
      params: () => z.object({ text: z.string(), pattern: z.string(), replacement: z.string() }),
      hints: readOnly,
      examples: [
        {
          title: 'Replace "cat" with "dog" in "the cat sat"',
          params: { text: 'the cat sat', pattern: 'cat', replacement: 'dog' },
        },
      ],
    },
    (params) => text(params).replaceAll(String(params['pattern']), String(params['replacement'])),
  ),
]

/** As somebody else would declare it: the caller names the place. */
const weather = entry(
  { type: 'weather-forecast', targetKey: 'place' },
  'forecast',
  {
    title: 'Forecast',
    description: 'Highs for the coming days.',
    params: () => z.object({ place: z.string(), days: z.int().default(3) }),
    hints: { readOnly: true, openWorld: false },
    examples: [{ title: 'What will the weather be in Oslo?', params: { place: 'Oslo' } }],
  },
  ({ place, days }) => ({
    place: String(place),
    highs: Array.from({ length: Number(days ?? 3) }, () => 4),
  }),
)

const notes = [
  entry(
    { type: 'note-access', targetKey: 'note' },
    'delete',
    {
      title: 'Delete a note',
      description: 'Removes a note for good.',
      params: () => z.object({ note: z.string() }),
      hints: { destructive: true },
      examples: [{ title: 'Delete the note "shopping"', params: { note: 'shopping' } }],
    },
    ({ note }) => `deleted ${String(note)}`,
  ),
  entry(
    { type: 'note-access', targetKey: 'note' },
    'approve',
    {
      title: 'Approve a note',
      description: 'For people only.',
      params: () => z.object({ note: z.string() }),
      audience: 'user',
      examples: [{ title: 'Approve the note "shopping"', params: { note: 'shopping' } }],
    },
    () => 'approved',
  ),
]

const toolsOperations = describeContract(tools, 'mcp-server-3').operations.map((description) => ({
  description,
  run: () => ({
    items: [{ name: 'calculator', title: 'Calculator', description: 'Sums.', operations: ['add'] }],
  }),
}))

const entries: readonly Entry[] = [
  ...calculator,
  ...textProcessor,
  weather,
  ...notes,
  ...toolsOperations,
]

/** A catalogue like the real one, small. */
export const catalogue: readonly OperationDescription[] = entries.map(
  ({ description }) => description,
)

/** Answers what the catalogue describes, and keeps what it was asked. */
export function createSession(): {
  call: (request: AgentRequest) => ResponseEnvelope
  requests: AgentRequest[]
} {
  const requests: AgentRequest[] = []
  return {
    requests,
    call(request) {
      requests.push(request)
      const { type, payload } = request
      const found = entries.find(
        ({ description }) =>
          description.type === type &&
          description.operation === payload['operation'] &&
          (description.target === undefined ||
            description.target === payload[description.targetKey]),
      )
      try {
        if (found === undefined) throw new McpError('not-found', 'There is no such operation.')
        const { targetKey, target } = found.description
        const named = target === undefined ? { [targetKey]: payload[targetKey] } : {}
        const params: Params = { ...named, ...readParams(payload) }
        return createResponse('req-1', 'success', { result: found.run(params) })
      } catch (error) {
        return createResponse('req-1', 'error', McpError.from(error))
      }
    },
  }
}

function readParams({ params }: Params): Params {
  return typeof params === 'object' && params !== null ? { ...params } : {}
}
