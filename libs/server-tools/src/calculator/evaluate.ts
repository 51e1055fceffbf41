import { keepsDigits } from '@mcp/protocol'
import { invalidParam } from '@mcp/server'
import * as z from 'zod'

import { sandboxedOperation } from '../sandbox/sandboxed-operation.ts'
import { expressionParam } from './expression-param.ts'
import type { Engine } from './math/hardened-math.ts'
import { toExpressionError, loadEngine } from './math/hardened-math.ts'
import { plainValue } from './math/plain-value.ts'

export const evaluate = sandboxedOperation({
  title: 'Evaluate an expression',
  description:
    'Evaluates a mathematical expression: arithmetic with exact decimals, functions such as sqrt, sin, log and max, variables, units, complex numbers, matrices. Separate several expressions with semicolons.',
  params: () =>
    z.object({
      expression: expressionParam('The expression, such as `(2 + 3) * sqrt(x)`.'),
      scope: z
        .record(z.string(), scopeValue())
        .default({})
        .describe('The values of the variables in the expression, by name.'),
    }),
  result: () =>
    z.object({
      value: z
        .unknown()
        .describe(
          'The value as JSON: a number, a matrix as lists, {re, im} or {value, unit}. A whole number that a 64-bit float would round is text.',
        ),
      text: z.string().describe('The value in readable form, in full.'),
      type: z
        .string()
        .describe('The type, such as `number`, `matrix`, `complex`, `unit`, `boolean`.'),
    }),
  hints: { readOnly: true },
  core: true,
  errors: ['timeout'],
  examples: [
    {
      title: 'What is (2 + 3) * 4?',
      params: { expression: '(2 + 3) * 4' },
      result: { value: 20, text: '20', type: 'number' },
    },
    {
      title: 'Calculate 0.1 + 0.2 + 0.3',
      params: { expression: '0.1 + 0.2 + 0.3' },
      result: { value: 0.6, text: '0.6', type: 'number' },
    },
    {
      title: 'Evaluate x^2 + y for x = 3 and y = 4',
      params: { expression: 'x^2 + y', scope: { x: 3, y: 4 } },
      result: { value: 13, text: '13', type: 'number' },
    },
    {
      title: 'Evaluate the determinant det([1, 2; 3, 4])',
      params: { expression: 'det([1, 2; 3, 4])' },
      result: { value: -2, text: '-2', type: 'number' },
    },
    {
      title: 'Evaluate 2 inch to cm',
      params: { expression: '2 inch to cm' },
      result: { value: { value: 5.08, unit: 'cm' }, text: '5.08 cm', type: 'unit' },
    },
  ],
  async work({ expression, scope }) {
    const exact = await loadEngine('exact')
    const node = exact.parse(expression, 'expression')
    const digits = (value: number | string) => exact.math.bignumber(String(value))
    try {
      return run(exact, node, variables(scope, digits))
    } catch (thrown) {
      // Some functions accept only plain numbers, so a failed expression is evaluated again with plain
      // numbers. If this also fails, the first error is reported, because it is clearer.
      try {
        const plain = await loadEngine('plain')
        return run(plain, plain.parse(expression, 'expression'), variables(scope, Number))
      } catch {
        throw toExpressionError(thrown, 'expression', 'expression-failed')
      }
    }
  },
})

function run({ math }: Engine, node: ReturnType<Engine['parse']>, scope: Map<string, unknown>) {
  const value: unknown = node.compile().evaluate(scope)
  if (typeof value === 'function') {
    throw invalidParam('expression', 'the expression returns a function; call it to get a value', {
      reason: 'expression-failed',
    })
  }
  return plainValue(value, math)
}

function variables(
  scope: Readonly<Record<string, unknown>>,
  number: (value: number | string) => unknown,
): Map<string, unknown> {
  const convert = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(convert)
    if (typeof value === 'number') return number(value)
    return typeof value === 'string' && isLongNumber(value) ? number(value) : value
  }
  return new Map(Object.entries(scope).map(([name, value]) => [name, convert(value)]))
}

/** Whether a text is a number with more digits than JavaScript keeps. Such numbers arrive as text. */
function isLongNumber(text: string): boolean {
  return /^-?\d[\d.]*(?:e[-+]?\d+)?$/i.test(text) && !keepsDigits(text, Number(text))
}

function scopeValue() {
  const scalar = z.union([z.number(), z.string().max(10_000), z.boolean(), z.null()])
  return z.union([scalar, z.array(z.union([scalar, z.array(scalar)]))])
}
