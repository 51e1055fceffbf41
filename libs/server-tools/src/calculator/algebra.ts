import { invalidParam } from '@mcp/server'
import * as z from 'zod'

import { sandboxedOperation } from '../sandbox/sandboxed-operation.ts'
import { expressionParam } from './expression-param.ts'
import { toExpressionError, loadEngine } from './math/hardened-math.ts'

export const derivative = sandboxedOperation({
  title: 'Derivative',
  description: 'Differentiates an expression with respect to a variable and simplifies the result.',
  params: () =>
    z.object({
      expression: expressionParam('The expression to differentiate, such as `x^2 + 3x`.'),
      variable: z
        .string()
        .regex(/^[A-Za-z_]\w{0,63}$/)
        .default('x')
        .describe('The variable to differentiate with respect to.'),
    }),
  result,
  hints: { readOnly: true },
  errors: ['timeout'],
  examples: [
    {
      title: 'What is the derivative of x^2 + 3x?',
      params: { expression: 'x^2 + 3x' },
      result: { expression: '2 * x + 3' },
    },
    {
      title: 'Differentiate sin(t) by t',
      params: { expression: 'sin(t)', variable: 't' },
      result: { expression: 'cos(t)' },
    },
  ],
  async work({ expression, variable }) {
    const engine = await loadEngine('plain')
    const node = engine.parse(expression, 'expression')
    return attempt(() => engine.math.derivative(node, variable).toString({ implicit: 'show' }))
  },
})

export const simplify = sandboxedOperation({
  title: 'Simplify',
  description: 'Simplifies an expression with variables.',
  params: () =>
    z.object({ expression: expressionParam('The expression to simplify, such as `2x + 3x`.') }),
  result,
  hints: { readOnly: true },
  errors: ['timeout'],
  examples: [
    {
      title: 'Simplify 2x + 3x',
      params: { expression: '2x + 3x' },
      result: { expression: '5 * x' },
    },
    {
      title: 'simplify x^2 + 2x - x^2',
      params: { expression: 'x^2 + 2x - x^2' },
      result: { expression: '2 * x' },
    },
  ],
  async work({ expression }) {
    const engine = await loadEngine('plain')
    const node = engine.parse(expression, 'expression')
    return attempt(() => engine.math.simplify(node).toString({ implicit: 'show' }))
  },
})

function result() {
  return z.object({ expression: z.string() })
}

const maxCharacters = 20_000

function attempt(work: () => string): { expression: string } {
  try {
    const expression = work()
    if (expression.length <= maxCharacters) return { expression }
  } catch (thrown) {
    throw toExpressionError(thrown, 'expression', 'expression-failed')
  }
  throw invalidParam('expression', `the result is longer than ${maxCharacters} characters`)
}
