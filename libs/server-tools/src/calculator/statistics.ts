import type { Decimal } from 'decimal.js'
import * as z from 'zod'

import { sandboxedOperation, productInlineLimit } from '../sandbox/sandboxed-operation.ts'
import { exact, toNumber } from './math/exact.ts'
import { numberParam } from './number-param.ts'

export const statistics = sandboxedOperation({
  title: 'Statistics',
  description:
    'Computes statistics of a list of numbers: sum, mean, median, modes, minimum, maximum, quartiles, variance and standard deviation.',
  params: () =>
    z.object({
      values: z.array(numberParam()).min(1).max(10_000).describe('The numbers, in any order.'),
    }),
  result: () =>
    z.object({
      count: z.int(),
      sum: z.number(),
      mean: z.number(),
      median: z.number(),
      modes: z.array(z.number()).describe('The most frequent values; empty if no value repeats.'),
      min: z.number(),
      max: z.number(),
      range: z.number(),
      quartiles: z.array(z.number()).length(3).describe('First, second and third quartile.'),
      variance: z.number().describe('Population variance.'),
      standardDeviation: z.number().describe('Population standard deviation.'),
      sampleVariance: z
        .number()
        .optional()
        .describe('Sample variance; present if there are at least two values.'),
      sampleStandardDeviation: z
        .number()
        .optional()
        .describe('Sample standard deviation; present if there are at least two values.'),
    }),
  hints: { readOnly: true },
  core: true,
  examples: [
    {
      title: 'The mean, median and standard deviation of 2, 4, 4, 4, 5, 5, 7, 9',
      params: { values: [2, 4, 4, 4, 5, 5, 7, 9] },
      result: {
        count: 8,
        sum: 40,
        mean: 5,
        median: 4.5,
        modes: [4],
        min: 2,
        max: 9,
        range: 7,
        quartiles: [4, 4.5, 5.5],
        variance: 4,
        standardDeviation: 2,
        sampleVariance: 4.571428571428571,
        sampleStandardDeviation: 2.138089935299395,
      },
    },
    { title: 'What is the average of 10, 20 and 60?', params: { values: [10, 20, 60] } },
    { title: 'the median of 3, 1, 2', params: { values: [3, 1, 2] } },
  ],
  inlineLimit: productInlineLimit,
  work: ({ values }) => describe(values),
})

function describe(values: readonly number[]) {
  const sorted = values.toSorted((left, right) => left - right)
  const count = sorted.length
  const sum = total(sorted.map(exact))
  const mean = sum.dividedBy(count)
  const squares = total(sorted.map((value) => mean.minus(value).toPower(2)))
  const number = (value: Decimal) => toNumber(value, 'values')

  const variance = squares.dividedBy(count)
  const sampleVariance = count > 1 ? squares.dividedBy(count - 1) : undefined
  return {
    count,
    sum: number(sum),
    mean: number(mean),
    median: number(quantile(sorted, 0.5)),
    modes: modesOf(sorted),
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    range: number(exact(sorted.at(-1) ?? 0).minus(sorted[0] ?? 0)),
    quartiles: [0.25, 0.5, 0.75].map((share) => number(quantile(sorted, share))),
    variance: number(variance),
    standardDeviation: number(variance.squareRoot()),
    ...(sampleVariance === undefined
      ? {}
      : {
          sampleVariance: number(sampleVariance),
          sampleStandardDeviation: number(sampleVariance.squareRoot()),
        }),
  }
}

function total(values: readonly Decimal[]): Decimal {
  return values.reduce((sum, value) => sum.plus(value), exact(0))
}

/** Returns a quantile. Like spreadsheets, interpolates linearly between the two nearest values. */
function quantile(sorted: readonly number[], share: number): Decimal {
  const position = (sorted.length - 1) * share
  const low = exact(sorted[Math.floor(position)] ?? 0)
  const high = exact(sorted[Math.ceil(position)] ?? 0)
  return low.plus(high.minus(low).times(position - Math.floor(position)))
}

function modesOf(sorted: readonly number[]): number[] {
  const counts = new Map<number, number>()
  for (const value of sorted) counts.set(value, (counts.get(value) ?? 0) + 1)
  const highest = Math.max(...counts.values())
  return highest === 1
    ? []
    : [...counts].filter(([, count]) => count === highest).map(([value]) => value)
}
