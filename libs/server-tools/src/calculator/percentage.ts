import { invalidParam, toolOperation } from '@mcp/server'
import * as z from 'zod'

import { exact, toNumber } from './math/exact.ts'
import { numberParam } from './number-param.ts'

export const percentage = toolOperation({
  title: 'Percentage',
  description:
    'Calculates with percentages: a percent of b (of), a as a percentage of b (ratio), the change from a to b in percent (change), a increased by b percent (increase), or a decreased by b percent (decrease).',
  params: () =>
    z.object({
      kind: z
        .enum(['of', 'ratio', 'change', 'increase', 'decrease'])
        .default('of')
        .describe('The calculation to perform.'),
      a: numberParam(
        'The percentage (of), the part (ratio), or the starting value (change, increase, decrease).',
      ),
      b: numberParam(
        'The whole (of, ratio), the new value (change), or the percentage (increase, decrease).',
      ),
    }),
  result: () => z.number(),
  hints: { readOnly: true },
  examples: [
    { title: 'What is 15% of 80?', params: { kind: 'of', a: 15, b: 80 }, result: 12 },
    { title: '20 percent of 50', params: { kind: 'of', a: 20, b: 50 }, result: 10 },
    { title: 'Which percentage of 80 is 12?', params: { kind: 'ratio', a: 12, b: 80 }, result: 15 },
    {
      title: 'By how many percent does it change from 50 to 75?',
      params: { kind: 'change', a: 50, b: 75 },
      result: 50,
    },
    {
      title: 'Increase 200 by 10 percent',
      params: { kind: 'increase', a: 200, b: 10 },
      result: 220,
    },
    {
      title: 'Decrease 19.99 by 50 percent',
      params: { kind: 'decrease', a: 19.99, b: 50 },
      result: 9.995,
    },
  ],
  run: ({ kind, a, b }) => toNumber(formulas[kind](a, b), 'a'),
})

const formulas = {
  of: (a: number, b: number) => exact(a).times(b).dividedBy(100),
  ratio(a: number, b: number) {
    if (b === 0) throw invalidParam('b', 'the whole must not be zero')
    return exact(a).times(100).dividedBy(b)
  },
  change(a: number, b: number) {
    if (a === 0) throw invalidParam('a', 'the starting value must not be zero')
    return exact(b).minus(a).times(100).dividedBy(exact(a).absoluteValue())
  },
  increase: (a: number, b: number) => exact(a).times(exact(b).plus(100)).dividedBy(100),
  decrease: (a: number, b: number) => exact(a).times(exact(100).minus(b)).dividedBy(100),
}
