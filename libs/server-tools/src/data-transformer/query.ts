import type { search } from '@jmespath-community/jmespath'
import { isRecord, McpError } from '@mcp/protocol'
import { invalidParam } from '@mcp/server'
import * as z from 'zod'

import { sandboxedOperation } from '../sandbox/sandboxed-operation.ts'
import { isStackOverflow } from '../sandbox/stack-overflow.ts'

export const query = sandboxedOperation({
  title: 'Query data',
  description:
    'Evaluates a JSONata or JMESPath expression on data. Returns null if nothing matches.',
  params: () =>
    z.object({
      data: z.unknown().describe('The data to query.'),
      expression: z.string().min(1).max(10_000).describe('The query expression.'),
      language: z
        .enum(['jsonata', 'jmespath'])
        .default('jsonata')
        .describe('The language of the expression.'),
    }),
  result: () => z.unknown(),
  hints: { readOnly: true },
  core: true,
  errors: ['timeout'],
  examples: [
    {
      title: 'Query the sum of items.price with jsonata',
      params: {
        data: { items: [{ price: 2 }, { price: 3 }] },
        expression: '$sum(items.price)',
      },
      result: 5,
    },
    {
      title: 'Query the names of those over 30 with jmespath',
      params: {
        data: [
          { name: 'Ann', age: 41 },
          { name: 'Bob', age: 29 },
        ],
        expression: '[?age > `30`].name',
        language: 'jmespath',
      },
      result: ['Ann'],
    },
  ],
  async work({ data, expression, language }) {
    try {
      return toPlain(await engines[language](data, expression))
    } catch (thrown) {
      throw toQueryError(thrown)
    }
  },
})

const engines = {
  async jsonata(data: unknown, expression: string): Promise<unknown> {
    const { default: jsonata } = await import('jsonata')
    const result: unknown = await jsonata(expression).evaluate(data)
    return result
  },
  async jmespath(data: unknown, expression: string): Promise<unknown> {
    const engine = await import('@jmespath-community/jmespath')
    return engine.search(withoutPrototype(data), expression)
  },
}

type Json = Parameters<typeof search>[0]

/** Copies data into objects without a prototype. A query for `__proto__` then finds no value. */
function withoutPrototype(value: unknown): Json {
  if (Array.isArray(value)) return value.map(withoutPrototype)
  if (isRecord(value)) {
    const bare: Record<string, Json> = Object.create(null)
    for (const [key, item] of Object.entries(value)) bare[key] = withoutPrototype(item)
    return bare
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : null
}

/** Converts a result to plain JSON. The query engines add functions and sequence flags to results. */
function toPlain(result: unknown): unknown {
  const text = JSON.stringify(result, (_key, value: unknown) => (isFunction(value) ? null : value))
  const plain: unknown = text === undefined ? null : JSON.parse(text)
  return plain
}

function isFunction(value: unknown): boolean {
  return isRecord(value) && ('_jsonata_function' in value || '_jsonata_lambda' in value)
}

function toQueryError(thrown: unknown): unknown {
  if (McpError.is(thrown)) return thrown
  if (isStackOverflow(thrown)) {
    return invalidParam('expression', 'the expression recurses infinitely', {
      reason: 'expression-failed',
      cause: thrown,
    })
  }
  // JSONata throws plain objects instead of errors.
  if (!isRecord(thrown) || typeof thrown['message'] !== 'string') return thrown
  const { message, position, code } = thrown
  const suffix = typeof position === 'number' ? ` (character ${position})` : ''
  const isSyntax = typeof code !== 'string' || code.startsWith('S')
  return invalidParam('expression', `${message.slice(0, 300)}${suffix}`, {
    reason: isSyntax ? 'expression-syntax' : 'expression-failed',
    cause: thrown,
  })
}
