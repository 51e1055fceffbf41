import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import { parsePath, pathParam, readAt } from '../paths/data-path.ts'
import { compareValues } from './compare-values.ts'
import { listParam } from './list-param.ts'

export const sort = sandboxedOperation({
  title: 'Sort',
  description:
    'Sorts a list by its items, or by values within the items. Items without the value sort last.',
  params: () =>
    z.object({
      data: listParam(),
      by: z
        .array(
          z.object({
            path: pathParam('Path to the value to sort by.').default(''),
            order: z
              .enum(['ascending', 'descending'])
              .default('ascending')
              .describe('The sort order.'),
          }),
        )
        .max(20)
        .default([{ path: '', order: 'ascending' }])
        .describe('The sort keys, the most significant first. Default: the items themselves.'),
    }),
  result: () => z.array(z.unknown()),
  hints: { readOnly: true },
  examples: [
    { title: 'Sort the list [3, 1, 2]', params: { data: [3, 1, 2] }, result: [1, 2, 3] },
    {
      title: 'Sort [{"age": 30}, {"age": 41}] by age, descending',
      params: {
        data: [{ age: 30 }, { age: 41 }],
        by: [{ path: 'age', order: 'descending' }],
      },
      result: [{ age: 41 }, { age: 30 }],
    },
  ],
  inlineLimit: linearInlineLimit,
  work({ data, by }) {
    const keys = by.map(({ path, order }, index) => ({
      path: parsePath(path, ['by', index, 'path']),
      sign: order === 'ascending' ? 1 : -1,
    }))
    return data.toSorted((left, right) => {
      for (const { path, sign } of keys) {
        const [a, b] = [readAt(left, path) ?? null, readAt(right, path) ?? null]
        const isAbsent = a === null || b === null
        const order = compareValues(a, b) * (isAbsent ? 1 : sign)
        if (order !== 0) return order
      }
      return 0
    })
  },
})
