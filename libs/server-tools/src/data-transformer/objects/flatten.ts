import { isRecord } from '@mcp/protocol'
import { invalidParam } from '@mcp/server'
import * as z from 'zod'

import { sandboxedOperation, smallInput } from '../../sandbox/sandboxed-operation.ts'
import type { DataPath } from '../paths/data-path.ts'
import { formatPath, parsePath } from '../paths/data-path.ts'
import { createPathTree } from '../paths/path-tree.ts'

export const flatten = sandboxedOperation({
  title: 'Flatten',
  description: 'Turns nested data into one object from paths to values; `unflatten` turns it back.',
  params: () => z.object({ data: z.unknown().describe('An object or a list.') }),
  result: () => z.record(z.string(), z.unknown()),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Flatten {"a": {"b": 1, "c": [2, 3]}}',
      params: { data: { a: { b: 1, c: [2, 3] } } },
      result: { 'a.b': 1, 'a.c[0]': 2, 'a.c[1]': 3 },
    },
  ],
  inPlaceUpTo: smallInput,
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

// A position far from all others would fill a list with nothing up to there.
const mostHoles = 1_000

export const unflatten = sandboxedOperation({
  title: 'Unflatten',
  description: 'Turns an object from paths to values back into nested data.',
  params: () =>
    z.object({
      data: z.record(z.string(), z.unknown()).describe('Paths such as `a.b` or `a[0]` as keys.'),
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
  inPlaceUpTo: smallInput,
  work({ data }) {
    const entries = Object.entries(data)
    const longest = entries.length + mostHoles
    const tree = createPathTree()
    for (const [key, value] of entries) {
      const path = parsePath(key, ['data', key])
      if (path.some((part) => typeof part === 'number' && part >= longest)) {
        throw invalidParam(
          ['data', key],
          `a list of so few values can have at most ${longest} positions`,
        )
      }
      if (!tree.set(path, value)) {
        throw invalidParam(['data', key], `"${key}" is at or below a path that has a value already`)
      }
    }
    return tree.toValue('kept')
  },
})
