import { invalidParam } from '@mcp/server'
import type { Decimal } from 'decimal.js'
import * as z from 'zod'

import { exact, toNumber } from '../../calculator/math/exact.ts'
import { sandboxedOperation, productInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import type { DataPath } from '../paths/data-path.ts'
import { parsePath, pathParam, readAt } from '../paths/data-path.ts'
import { compareValues, keyOf } from './compare-values.ts'
import { groupBy } from './group.ts'
import { listParam } from './list-param.ts'

const operations = ['count', 'sum', 'average', 'min', 'max', 'median', 'distinct'] as const

export const aggregate = sandboxedOperation({
  title: 'Aggregate',
  description:
    'Computes counts, sums, averages and similar measures of a list, in total or per group.',
  params: () =>
    z.object({
      data: listParam(),
      by: pathParam(
        'Path to the value to group by. Default: one result for the whole list.',
      ).optional(),
      measures: z
        .array(
          z.object({
            operation: z.enum(operations).describe('The measure to compute.'),
            path: pathParam('Path to the value to compute the measure from.').default(''),
            as: z
              .string()
              .min(1)
              .max(100)
              .optional()
              .describe(
                'The name of the result. Names must be unique. Default: operation and path.',
              ),
          }),
        )
        .min(1)
        .max(50)
        .describe('The measures to compute. Items without the value are skipped.'),
    }),
  result: () =>
    z.array(
      z.object({
        key: z.unknown().optional().describe('The value that the group has in common.'),
        values: z.record(z.string(), z.unknown()).describe('The results by name.'),
      }),
    ),
  hints: { readOnly: true },
  core: true,
  examples: [
    {
      title: 'The sum of price in [{"price": 1.1}, {"price": 2.2}]',
      params: {
        data: [{ price: 1.1 }, { price: 2.2 }],
        measures: [{ operation: 'sum', path: 'price' }],
      },
      result: [{ values: { 'sum price': 3.3 } }],
    },
    {
      title: 'How many per t in [{"t": "a"}, {"t": "b"}, {"t": "a"}]?',
      params: {
        data: [{ t: 'a' }, { t: 'b' }, { t: 'a' }],
        by: 't',
        measures: [{ operation: 'count' }],
      },
      result: [
        { key: 'a', values: { count: 2 } },
        { key: 'b', values: { count: 1 } },
      ],
    },
  ],
  inlineLimit: productInlineLimit,
  work({ data, by, measures }) {
    const parsed = measures.map(
      ({ operation, path, as = `${operation} ${path}`.trim() }, index) => {
        const keys = parsePath(path, ['measures', index, 'path'])
        return { operation, keys, as }
      },
    )
    for (const [index, { as }] of parsed.entries()) {
      if (parsed.findIndex((other) => other.as === as) < index) {
        throw invalidParam(['measures', index], `another measure is named "${as}" too. Set "as"`)
      }
    }
    const valuesOf = (items: readonly unknown[]) =>
      Object.fromEntries(
        parsed.map(({ operation, keys, as }) => [as, compute(operation, valuesAt(items, keys))]),
      )
    if (by === undefined) return [{ values: valuesOf(data) }]
    return groupBy(data, parsePath(by, 'by')).map(({ key, items }) => ({
      key,
      values: valuesOf(items),
    }))
  },
})

function valuesAt(items: readonly unknown[], path: DataPath): unknown[] {
  return items
    .map((item) => readAt(item, path))
    .filter((value) => value !== undefined && value !== null)
}

function compute(operation: (typeof operations)[number], values: readonly unknown[]): unknown {
  if (operation === 'count') return values.length
  if (operation === 'distinct') return new Set(values.map(keyOf)).size
  if (operation === 'min') return values.toSorted(compareValues)[0] ?? null
  if (operation === 'max') return values.toSorted(compareValues).at(-1) ?? null
  const numbers = values.map(numberOf)
  const sum = numbers.reduce((total, number) => total.plus(number), exact(0))
  if (operation === 'sum') return toNumber(sum, 'data')
  if (numbers.length === 0) return null
  return toNumber(operation === 'average' ? sum.dividedBy(numbers.length) : median(numbers), 'data')
}

function numberOf(value: unknown): Decimal {
  if (typeof value === 'number') return exact(value)
  throw invalidParam('data', `${keyOf(value).slice(0, 100)} is not a number`)
}

function median(numbers: readonly Decimal[]): Decimal {
  const sorted = numbers.toSorted((left, right) => left.comparedTo(right))
  const middle = (sorted.length - 1) / 2
  const low = sorted[Math.floor(middle)] ?? exact(0)
  return low.plus(sorted[Math.ceil(middle)] ?? low).dividedBy(2)
}
