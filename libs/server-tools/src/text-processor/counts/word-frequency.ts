import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import { words } from '../parts/segments.ts'
import { localeParam, textParam } from '../text-params.ts'

export const wordFrequency = sandboxedOperation({
  title: 'Word frequency',
  description: 'Counts how often each word occurs, the most frequent first.',
  params: () =>
    z.object({
      text: textParam(),
      limit: z
        .int()
        .min(1)
        .max(1_000)
        .default(20)
        .describe('The maximum number of words to return.'),
      minLength: z
        .int()
        .min(1)
        .max(100)
        .default(1)
        .describe('The minimum length of the words to count.'),
      ignoreCase: z.boolean().default(true).describe('Whether to ignore case.'),
      locale: localeParam(),
    }),
  result: () =>
    z.object({
      words: z.array(z.object({ word: z.string(), count: z.int() })),
      distinct: z.int().describe('The number of distinct words.'),
    }),
  hints: { readOnly: true },
  examples: [
    {
      title: 'How often does each word occur in "the cat and the dog"?',
      params: { text: 'the cat and the dog' },
      result: {
        words: [
          { word: 'the', count: 2 },
          { word: 'and', count: 1 },
          { word: 'cat', count: 1 },
          { word: 'dog', count: 1 },
        ],
        distinct: 4,
      },
    },
  ],
  inlineLimit: linearInlineLimit,
  work({ text, limit, minLength, ignoreCase, locale = 'und' }) {
    const counts = new Map<string, number>()
    for (const found of words(text, locale)) {
      if (found.length < minLength) continue
      const word = ignoreCase ? found.toLocaleLowerCase(locale) : found
      counts.set(word, (counts.get(word) ?? 0) + 1)
    }
    const ranked = Array.from(counts, ([word, count]) => ({ word, count })).toSorted(
      (left, right) => right.count - left.count || (left.word < right.word ? -1 : 1),
    )
    return { words: ranked.slice(0, limit), distinct: counts.size }
  },
})
