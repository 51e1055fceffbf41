import { isRecord } from '@mcp/protocol'
import { invalidParam } from '@mcp/server'
import * as z from 'zod'

import { dataObject } from './data-object.ts'
import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import type { DataPath } from '../paths/data-path.ts'
import { formatPath, parsePath } from '../paths/data-path.ts'
import { createPathTree } from '../paths/path-tree.ts'

export const flatten = sandboxedOperation({
  title: 'Flatten',
  description:
    'Flattens nested data to an object that maps paths to values; `unflatten` reverts it.',
  params: () => z.object({ data: z.unknown().describe('The object or list to flatten.') }),
  result: () => dataObject(),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Flatten {"a": {"b": 1, "c": [2, 3]}}',
      params: { data: { a: { b: 1, c: [2, 3] } } },
      result: { 'a.b': 1, 'a.c[0]': 2, 'a.c[1]': 3 },
    },
  ],
  inlineLimit: linearInlineLimit,
  work({ data }) {
    const entries: [string, unknown][] = []
    collect(data, [], entries)
    return Object.fromEntries(entries)
  },
})

function collect(value: unknown, path: DataPath, into: [string, unknown][]): void {
  const children = childrenOf(value)
  if (children.length === 0) into.push([formatPath(path), value])
  for (const [key, child] of children) collect(child, [...path, key], into)
}

function childrenOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return [...value.entries()]
  return isRecord(value) ? Object.entries(value) : []
}

// Maximum number of list positions without a value. Without this limit, a caller could create a huge
// list of nulls with a single large index.
const maxGap = 1_000

export const unflatten = sandboxedOperation({
  title: 'Unflatten',
  description: 'Builds nested data from an object that maps paths to values.',
  params: () =>
    z.object({
      data: dataObject().describe('An object whose keys are paths, such as `a.b` or `a[0]`.'),
    }),
  result: () => z.unknown(),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Unflatten {"a.b": 1, "a.c[0]": 2}',
      params: { data: { 'a.b': 1, 'a.c[0]': 2 } },
      result: { a: { b: 1, c: [2] } },
    },
  ],
  inlineLimit: linearInlineLimit,
  work({ data }) {
    const entries = Object.entries(data)
    const maxLength = entries.length + maxGap
    const tree = createPathTree()
    for (const [key, value] of entries) {
      const path = parsePath(key, ['data', key])
      if (path.some((part) => typeof part === 'number' && part >= maxLength)) {
        throw invalidParam(
          ['data', key],
          `an index must be less than ${maxLength} for ${entries.length} values`,
        )
      }
      if (!tree.set(path, value)) {
        throw invalidParam(
          ['data', key],
          `"${key}" conflicts with another path that already has a value`,
        )
      }
    }
    return tree.toValue('null')
  },
})
