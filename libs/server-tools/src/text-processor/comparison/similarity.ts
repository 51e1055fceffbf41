import * as z from 'zod'

import { sandboxedOperation } from '../../sandbox/sandboxed-operation.ts'
import { textParam } from '../text-params.ts'

export const similarity = sandboxedOperation({
  title: 'Similarity',
  description:
    'Measures the similarity of two texts: the minimum number of characters to insert, delete or replace (the Levenshtein distance), and a similarity from 0 to 1.',
  params: () =>
    z.object({
      a: textParam('The first text.'),
      b: textParam('The second text.'),
      ignoreCase: z.boolean().default(false).describe('Whether to ignore case.'),
    }),
  result: () => z.object({ similarity: z.number().min(0).max(1), distance: z.int() }),
  hints: { readOnly: true },
  errors: ['timeout'],
  examples: [
    {
      title: 'How similar are "kitten" and "sitting"?',
      params: { a: 'kitten', b: 'sitting' },
      result: { similarity: 0.5714, distance: 3 },
    },
    {
      title: 'How similar are "MCP" and "mcp" without case?',
      params: { a: 'MCP', b: 'mcp', ignoreCase: true },
      result: { similarity: 1, distance: 0 },
    },
  ],
  // The cost is proportional to the product of the two lengths.
  inlineLimit: 1_000,
  work({ a, b, ignoreCase }) {
    const left = Array.from(ignoreCase ? a.toLowerCase() : a)
    const right = Array.from(ignoreCase ? b.toLowerCase() : b)
    const distance = distanceOf(left, right)
    const maxDistance = Math.max(left.length, right.length, 1)
    return { similarity: Math.round((1 - distance / maxDistance) * 10_000) / 10_000, distance }
  },
})

function distanceOf(left: readonly string[], right: readonly string[]): number {
  let row = Uint32Array.from({ length: right.length + 1 }, (_, index) => index)
  let next = new Uint32Array(right.length + 1)
  for (let i = 1; i <= left.length; i++) {
    next[0] = i
    for (let j = 1; j <= right.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      next[j] = Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1)
    }
    ;[row, next] = [next, row]
  }
  return row[right.length] ?? 0
}
