import { isDeepStrictEqual } from 'node:util'

import { isRecord } from '@mcp/protocol'
import * as z from 'zod'

import { dataObject } from './data-object.ts'
import { sandboxedOperation, productInlineLimit } from '../../sandbox/sandboxed-operation.ts'

export const merge = sandboxedOperation({
  title: 'Merge',
  description: 'Merges objects into one; on conflicts, the later object takes precedence.',
  params: () =>
    z.object({
      objects: z
        .array(dataObject())
        .min(1)
        .max(1_000)
        .describe('The objects, in ascending order of precedence.'),
      deep: z.boolean().default(true).describe('Whether to merge nested objects as well.'),
      lists: z
        .enum(['replace', 'concat', 'union'])
        .default('replace')
        .describe('Strategy for two lists at the same key.'),
    }),
  result: () => dataObject(),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Merge {"a": {"x": 1}} and {"a": {"y": 2}, "b": 3}',
      params: { objects: [{ a: { x: 1 } }, { a: { y: 2 }, b: 3 }] },
      result: { a: { x: 1, y: 2 }, b: 3 },
    },
    {
      title: 'Merge {"tags": [1, 2]} and {"tags": [2, 3]} with the union of the lists',
      params: { objects: [{ tags: [1, 2] }, { tags: [2, 3] }], lists: 'union' },
      result: { tags: [1, 2, 3] },
    },
  ],
  inlineLimit: productInlineLimit,
  work({ objects, deep, lists }) {
    const join = (left: unknown, right: unknown): unknown => {
      if (Array.isArray(left) && Array.isArray(right)) return joinLists[lists](left, right)
      return deep && isRecord(left) && isRecord(right) ? mergeTwo(left, right, join) : right
    }
    return objects.reduce((merged, object) => mergeTwo(merged, object, join), {})
  },
})

type Join = (left: unknown, right: unknown) => unknown
type Item = Readonly<Record<string, unknown>>

function mergeTwo(left: Item, right: Item, join: Join): Record<string, unknown> {
  const entries = new Map(Object.entries(left))
  for (const [key, value] of Object.entries(right)) {
    entries.set(key, entries.has(key) ? join(entries.get(key), value) : value)
  }
  return Object.fromEntries(entries)
}

const joinLists = {
  replace: (_left: readonly unknown[], right: readonly unknown[]) => right,
  concat: (left: readonly unknown[], right: readonly unknown[]) => [...left, ...right],
  union: (left: readonly unknown[], right: readonly unknown[]) => [
    ...left,
    ...right.filter((item) => !left.some((known) => isDeepStrictEqual(known, item))),
  ],
}
