import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import type { DataPath } from '../paths/data-path.ts'
import { parsePath, pathParam, readAt } from '../paths/data-path.ts'
import { keyOf } from './compare-values.ts'
import { listParam } from './list-param.ts'

export const group = sandboxedOperation({
  title: 'Group',
  description: 'Groups the items of a list by a value.',
  params: () => z.object({ data: listParam(), by: pathParam('Path to the value to group by.') }),
  result: () =>
    z.array(z.object({ key: z.unknown(), count: z.int(), items: z.array(z.unknown()) })),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Group [{"t": "a", "n": 1}, {"t": "b", "n": 2}, {"t": "a", "n": 3}] by t',
      params: {
        data: [
          { t: 'a', n: 1 },
          { t: 'b', n: 2 },
          { t: 'a', n: 3 },
        ],
        by: 't',
      },
      result: [
        {
          key: 'a',
          count: 2,
          items: [
            { t: 'a', n: 1 },
            { t: 'a', n: 3 },
          ],
        },
        { key: 'b', count: 1, items: [{ t: 'b', n: 2 }] },
      ],
    },
  ],
  inlineLimit: linearInlineLimit,
  work: ({ data, by }) =>
    groupBy(data, parsePath(by, 'by')).map(({ key, items }) => ({
      key,
      count: items.length,
      items,
    })),
})

/** Groups items by their value at `path`. The groups have the order of their first items. */
export function groupBy(data: readonly unknown[], path: DataPath) {
  const groups = new Map<string, { key: unknown; items: unknown[] }>()
  for (const item of data) {
    const key = readAt(item, path) ?? null
    const name = keyOf(key)
    const existing = groups.get(name)
    if (existing === undefined) groups.set(name, { key, items: [item] })
    else existing.items.push(item)
  }
  return [...groups.values()]
}
