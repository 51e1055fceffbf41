import { isDeepStrictEqual } from 'node:util'

import { isRecord } from '@mcp/protocol'
import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../sandbox/sandboxed-operation.ts'
import type { DataPath } from './paths/data-path.ts'
import { formatPath } from './paths/data-path.ts'

export const diff = sandboxedOperation({
  title: 'Compare data',
  description: 'Lists the additions, removals and changes between two values, each with its path.',
  params: () =>
    z.object({
      from: z.unknown().describe('The original data.'),
      to: z.unknown().describe('The changed data.'),
    }),
  result: () =>
    z.object({
      equal: z.boolean(),
      changes: z.array(
        z.object({
          kind: z.enum(['added', 'removed', 'changed']),
          path: z.string(),
          from: z.unknown().optional(),
          to: z.unknown().optional(),
        }),
      ),
    }),
  hints: { readOnly: true },
  examples: [
    {
      title: 'What changed from {"a": 1, "b": [1]} to {"a": 2, "b": [1, 5]}?',
      params: { from: { a: 1, b: [1] }, to: { a: 2, b: [1, 5] } },
      result: {
        equal: false,
        changes: [
          { kind: 'changed', path: 'a', from: 1, to: 2 },
          { kind: 'added', path: 'b[1]', to: 5 },
        ],
      },
    },
  ],
  inlineLimit: linearInlineLimit,
  work({ from, to }) {
    const changes = [...changesBetween(from, to, [])]
    return { equal: changes.length === 0, changes }
  },
})

interface Change {
  kind: 'added' | 'removed' | 'changed'
  path: string
  from?: unknown
  to?: unknown
}

function* changesBetween(from: unknown, to: unknown, path: DataPath): Generator<Change> {
  const [left, right] = [entriesOf(from), entriesOf(to)]
  if (left === undefined || right === undefined || Array.isArray(from) !== Array.isArray(to)) {
    if (!isDeepStrictEqual(from, to)) {
      yield { kind: 'changed', path: formatPath(path), from, to }
    }
    return
  }
  for (const [key, value] of left) {
    const inner = [...path, key]
    if (right.has(key)) yield* changesBetween(value, right.get(key), inner)
    else yield { kind: 'removed', path: formatPath(inner), from: value }
  }
  for (const [key, value] of right) {
    if (!left.has(key)) yield { kind: 'added', path: formatPath([...path, key]), to: value }
  }
}

function entriesOf(value: unknown): Map<string | number, unknown> | undefined {
  if (Array.isArray(value)) return new Map(value.entries())
  return isRecord(value) ? new Map(Object.entries(value)) : undefined
}
