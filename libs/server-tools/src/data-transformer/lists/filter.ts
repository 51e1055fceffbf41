import { isDeepStrictEqual } from 'node:util'

import * as z from 'zod'

import { sandboxedOperation, productInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import { parsePath, pathParam, readAt } from '../paths/data-path.ts'
import { compareValues } from './compare-values.ts'
import { listParam } from './list-param.ts'

const operators = [
  'equals',
  'notEquals',
  'greaterThan',
  'atLeast',
  'lessThan',
  'atMost',
  'contains',
  'startsWith',
  'endsWith',
  'in',
  'exists',
] as const

export const filter = sandboxedOperation({
  title: 'Filter',
  description: 'Returns the items of a list that meet the conditions.',
  params: () =>
    z.object({
      data: listParam(),
      where: z
        .array(
          z.object({
            path: pathParam('Path to the value within the item.').default(''),
            operator: z
              .enum(operators)
              .default('equals')
              .describe(
                'The comparison. `greaterThan`, `atLeast`, `lessThan` and `atMost` compare two numbers or two strings.',
              ),
            value: z
              .unknown()
              .optional()
              .describe(
                'The value to compare with. For `exists`: false if the value must be absent. Default: true.',
              ),
          }),
        )
        .min(1)
        .max(50)
        .describe('The conditions.'),
      match: z
        .enum(['all', 'any'])
        .default('all')
        .describe('Whether all or any of the conditions must be met.'),
    }),
  result: () => z.array(z.unknown()),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Filter [{"age": 30}, {"age": 17}] for age at least 18',
      params: {
        data: [{ age: 30 }, { age: 17 }],
        where: [{ path: 'age', operator: 'atLeast', value: 18 }],
      },
      result: [{ age: 30 }],
    },
    {
      title: 'Keep the items of ["apple", "fig"] that contain "pp"',
      params: { data: ['apple', 'fig'], where: [{ operator: 'contains', value: 'pp' }] },
      result: ['apple'],
    },
  ],
  inlineLimit: productInlineLimit,
  work({ data, where, match }) {
    const conditions = where.map(({ path, operator, value }, index) => {
      const keys = parsePath(path, ['where', index, 'path'])
      const test = tests[operator]
      return (item: unknown) => test(readAt(item, keys), value)
    })
    return data.filter((item) =>
      match === 'all'
        ? conditions.every((holds) => holds(item))
        : conditions.some((holds) => holds(item)),
    )
  },
})

type Test = (actual: unknown, value: unknown) => boolean

const tests: Readonly<Record<(typeof operators)[number], Test>> = {
  equals: isDeepStrictEqual,
  notEquals: (actual, value) => !isDeepStrictEqual(actual, value),
  greaterThan: ordered((order) => order > 0),
  atLeast: ordered((order) => order >= 0),
  lessThan: ordered((order) => order < 0),
  atMost: ordered((order) => order <= 0),
  contains: (actual, value) =>
    Array.isArray(actual)
      ? actual.some((item) => isDeepStrictEqual(item, value))
      : typeof actual === 'string' && typeof value === 'string' && actual.includes(value),
  startsWith: (actual, value) =>
    typeof actual === 'string' && typeof value === 'string' && actual.startsWith(value),
  endsWith: (actual, value) =>
    typeof actual === 'string' && typeof value === 'string' && actual.endsWith(value),
  in: (actual, value) =>
    Array.isArray(value) && value.some((item) => isDeepStrictEqual(item, actual)),
  exists: (actual, value) => (actual !== undefined && actual !== null) === (value ?? true),
}

/**
 * Returns a test that compares two numbers or two strings. All other pairs of values do not match.
 */
function ordered(holds: (order: number) => boolean): Test {
  return (actual, value) =>
    typeof actual === typeof value &&
    (typeof actual === 'number' || typeof actual === 'string') &&
    holds(compareValues(actual, value))
}
