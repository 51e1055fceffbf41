import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import { textParam } from '../text-params.ts'
import { lines } from './segments.ts'

export const sortLines = sandboxedOperation({
  title: 'Sort lines',
  description: 'Sorts the lines of a text.',
  params: () =>
    z.object({
      text: textParam(),
      order: z.enum(['ascending', 'descending']).default('ascending').describe('The sort order.'),
      numeric: z
        .boolean()
        .default(false)
        .describe('Whether to sort numbers by value: 9 before 10.'),
      ignoreCase: z.boolean().default(true).describe('Whether to ignore case.'),
    }),
  result: () => z.string(),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Sort the lines pear, apple, fig',
      params: { text: 'pear\napple\nfig' },
      result: 'apple\nfig\npear',
    },
    {
      title: 'Sort the lines 10, 9, 100 by number, largest first',
      params: { text: '10\n9\n100', numeric: true, order: 'descending' },
      result: '100\n10\n9',
    },
  ],
  inlineLimit: linearInlineLimit,
  work({ text, order, numeric, ignoreCase }) {
    const sensitivity = ignoreCase ? 'accent' : 'variant'
    const { compare } = new Intl.Collator('und', { numeric, sensitivity })
    const sorted = lines(text).toSorted(compare)
    return (order === 'ascending' ? sorted : sorted.toReversed()).join('\n')
  },
})

export const dedupeLines = sandboxedOperation({
  title: 'Remove repeated lines',
  description: 'Removes repeated lines from a text and keeps the first of each.',
  params: () =>
    z.object({
      text: textParam(),
      ignoreCase: z.boolean().default(false).describe('Whether to ignore case.'),
      trim: z
        .boolean()
        .default(false)
        .describe('Whether to remove white space at the ends of each line before comparing.'),
    }),
  result: () => z.string(),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Remove the repeated lines of a, b, a, c',
      params: { text: 'a\nb\na\nc' },
      result: 'a\nb\nc',
    },
  ],
  inlineLimit: linearInlineLimit,
  work({ text, ignoreCase, trim }) {
    const byKey = new Map<string, string>()
    for (const line of lines(text)) {
      const trimmed = trim ? line.trim() : line
      const key = ignoreCase ? trimmed.toLowerCase() : trimmed
      if (!byKey.has(key)) byKey.set(key, trimmed)
    }
    return [...byKey.values()].join('\n')
  },
})
