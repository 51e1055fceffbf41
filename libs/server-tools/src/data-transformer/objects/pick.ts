import { isRecord } from '@mcp/protocol'
import * as z from 'zod'

import { sandboxedOperation, productInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import type { DataPath } from '../paths/data-path.ts'
import { parsePath, pathParam, readAt } from '../paths/data-path.ts'
import { createPathTree } from '../paths/path-tree.ts'

export const pick = sandboxedOperation({
  title: 'Pick',
  description:
    'Selects the values at some paths from an object, or from each object in a list, or omits them.',
  params: () =>
    z.object({
      data: z.unknown().describe('An object, or a list of objects.'),
      paths: z.array(pathParam('The path of a value.')).max(200).describe('The paths to select.'),
      omit: z
        .boolean()
        .default(false)
        .describe('Whether to omit the paths and keep everything else.'),
    }),
  result: () => z.unknown(),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Pick name from {"name": "Ann", "age": 30}',
      params: { data: { name: 'Ann', age: 30 }, paths: ['name'] },
      result: { name: 'Ann' },
    },
    {
      title: 'Leave age out of [{"name": "Ann", "age": 30}]',
      params: { data: [{ name: 'Ann', age: 30 }], paths: ['age'], omit: true },
      result: [{ name: 'Ann' }],
    },
  ],
  inlineLimit: productInlineLimit,
  work({ data, paths, omit }) {
    const parsed = paths.map((path, index) => parsePath(path, ['paths', index]))
    const selected = parsed.filter((path) => !parsed.some((other) => isAbove(other, path)))
    const omitted = parsed.filter((path) => path.length > 0)
    const one = (item: unknown) => (omit ? without(item, omitted) : pickFrom(item, selected))
    return Array.isArray(data) ? data.map(one) : one(data)
  },
})

/** Whether the value at the path `other` contains the value at `path`. */
function isAbove(other: DataPath, path: DataPath): boolean {
  return other.length < path.length && other.every((key, index) => key === path[index])
}

function pickFrom(item: unknown, paths: readonly DataPath[]): unknown {
  const tree = createPathTree()
  for (const path of paths) {
    const value = readAt(item, path)
    if (value !== undefined) tree.set(path, value)
  }
  return tree.toValue('removed')
}

/** Omits the values at all paths at once, because an omitted list item changes the indices of later items. */
function without(value: unknown, paths: readonly DataPath[]): unknown {
  if (paths.length === 0) return value
  const keep = (key: string | number, child: unknown): unknown[] => {
    const inner = paths.filter(([first]) => first === key).map((path) => path.slice(1))
    return inner.some((path) => path.length === 0) ? [] : [without(child, inner)]
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => keep(index, item))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, child]) =>
      keep(key, child).map((remaining) => [key, remaining]),
    ),
  )
}
