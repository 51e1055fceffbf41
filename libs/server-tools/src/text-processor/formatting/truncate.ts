import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import { characters } from '../parts/segments.ts'
import { textParam } from '../text-params.ts'

export const truncate = sandboxedOperation({
  title: 'Truncate',
  description: 'Shortens a text to a maximum length and marks the cut.',
  params: () =>
    z.object({
      text: textParam(),
      length: z
        .int()
        .min(0)
        .describe('The maximum length. A length in characters includes the mark.'),
      by: z.enum(['characters', 'words']).default('characters').describe('The unit of the length.'),
      mark: z.string().max(100).default('…').describe('The text that marks the cut.'),
    }),
  result: () => z.string(),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Truncate "The quick brown fox" to 10 characters',
      params: { text: 'The quick brown fox', length: 10 },
      result: 'The quick…',
    },
    {
      title: 'Shorten "one two three four" to 2 words',
      params: { text: 'one two three four', length: 2, by: 'words' },
      result: 'one two…',
    },
  ],
  inlineLimit: linearInlineLimit,
  work({ text, length, by, mark }) {
    if (by === 'words') return cutWords(text, length, mark)
    const all = characters(text)
    if (all.length <= length) return text
    const markLength = characters(mark).length
    if (markLength > length) return all.slice(0, length).join('')
    return (
      all
        .slice(0, length - markLength)
        .join('')
        .trimEnd() + mark
    )
  },
})

function cutWords(text: string, count: number, mark: string): string {
  let end = 0
  let found = 0
  for (const match of text.matchAll(/\S+/g)) {
    if (found++ === count) return text.slice(0, end) + mark
    end = match.index + match[0].length
  }
  return text
}
