import { invalidParam } from '@mcp/server'
import type { BigNumber } from 'mathjs'
import * as z from 'zod'

import { sandboxedOperation } from '../sandbox/sandboxed-operation.ts'
import type { Engine } from './math/hardened-math.ts'
import { toExpressionError, loadEngine } from './math/hardened-math.ts'

export const solveLinear = sandboxedOperation({
  title: 'Solve linear equations',
  description: 'Solves a system of linear equations that has exactly one solution.',
  params: () =>
    z.object({
      equations: z
        .array(z.string().min(1).max(1_000))
        .min(1)
        .max(30)
        .describe('One equation per unknown, such as `2x + y = 5` and `x - y = 1`.'),
    }),
  result: () =>
    z.object({
      solution: z.record(z.string(), z.number()).describe('The value of each unknown, by name.'),
    }),
  hints: { readOnly: true },
  errors: ['timeout'],
  examples: [
    {
      title: 'Solve 2x + y = 5, x - y = 1',
      params: { equations: ['2x + y = 5', 'x - y = 1'] },
      result: { solution: { x: 2, y: 1 } },
    },
    {
      title: 'Solve 3x = 6',
      params: { equations: ['3x = 6'] },
      result: { solution: { x: 2 } },
    },
  ],
  async work({ equations }) {
    const exact = await loadEngine('exact')
    const sides = equations.map((equation, index) => readEquation(exact, equation, index))
    const unknowns = [...new Set(sides.flatMap(({ names }) => names))].toSorted()
    if (unknowns.length !== equations.length) {
      throw noSingleSolution(
        `there are ${equations.length} equations for ${unknowns.length} unknowns`,
      )
    }
    const rows = sides.map(({ at }, index) => coefficientsOf(exact, at, unknowns, index))
    const solved = solve(exact, rows)
    return {
      solution: Object.fromEntries(unknowns.map((name, index) => [name, solved[index] ?? 0])),
    }
  },
})

/** Returns the left side of an equation minus its right side, for given values of the unknowns. */
type Difference = (values: ReadonlyMap<string, number>) => BigNumber

interface Row {
  readonly coefficients: BigNumber[]
  readonly constant: BigNumber
}

function readEquation(engine: Engine, equation: string, index: number) {
  const { math } = engine
  const [left, right, ...more] = equation.split('=')
  if (left === undefined || right === undefined || more.length > 0) {
    throw invalidParam(
      ['equations', index],
      'an equation must have exactly one equals sign, such as `2x = 6`',
    )
  }
  const node = engine.parse(`(${left}) - (${right})`, ['equations', index])
  const names = new Set<string>()
  node.traverse((part, _path, parent) => {
    const isCalled = math.isFunctionNode(parent) && parent.fn === part
    if (math.isSymbolNode(part) && !isCalled && !constants.has(part.name)) names.add(part.name)
  })
  const code = node.compile()
  const at: Difference = (values) => {
    const scope = Array.from(names, (name): [string, BigNumber] => [
      name,
      math.bignumber(values.get(name) ?? 0),
    ])
    try {
      return math.bignumber(code.evaluate(new Map(scope)))
    } catch (thrown) {
      throw toExpressionError(thrown, ['equations', index], 'expression-failed')
    }
  }
  return { names: [...names], at }
}

const constants: ReadonlySet<string> = new Set(['pi', 'PI', 'tau', 'e'])

function coefficientsOf(
  { math }: Engine,
  at: Difference,
  unknowns: readonly string[],
  index: number,
): Row {
  const constant = at(new Map())
  const coefficients = unknowns.map((name) => at(new Map([[name, 1]])).minus(constant))
  // The values at zero and at the unit points define a linear function. If the value at a further
  // point differs from this function, the equation is not linear.
  const probe = new Map(unknowns.map((name, position) => [name, position * 7 + 3]))
  const expected = unknowns.reduce(
    (sum, name, position) =>
      sum.plus((coefficients[position] ?? math.bignumber(0)).times(probe.get(name) ?? 0)),
    constant,
  )
  if (!math.equal(at(probe), expected)) {
    throw invalidParam(['equations', index], 'the equation is not linear', { reason: 'not-linear' })
  }
  return { coefficients, constant: constant.negated() }
}

// Rounding makes a few of the 64 digits wrong, so a determinant below this value counts as zero.
const negligible = 1e-40

function solve({ math }: Engine, rows: readonly Row[]): number[] {
  const scaled = rows.map(({ coefficients, constant }) => {
    const [maxCoefficient] = coefficients
      .map((value) => value.abs())
      .toSorted((a, b) => b.comparedTo(a))
    if (maxCoefficient === undefined || maxCoefficient.isZero()) throw dependent()
    return {
      coefficients: coefficients.map((value) => value.dividedBy(maxCoefficient)),
      constant: constant.dividedBy(maxCoefficient),
    }
  })
  const matrix = math.matrix(scaled.map(({ coefficients }) => coefficients))
  if (math.bignumber(math.det(matrix)).abs().lessThan(negligible)) throw dependent()
  const solved = math.lusolve(matrix, math.matrix(scaled.map(({ constant }) => constant)))
  return math.flatten(math.matrix(solved)).toArray().map(Number)
}

function dependent() {
  return noSingleSolution('they contradict or repeat each other')
}

function noSingleSolution(why: string) {
  return invalidParam('equations', `the equations do not have exactly one solution: ${why}`, {
    reason: 'no-single-solution',
  })
}
