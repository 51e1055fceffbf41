import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import { characters, lines, sentences, words } from '../parts/segments.ts'
import { textParam } from '../text-params.ts'

export const count = sandboxedOperation({
  title: 'Count',
  description:
    'Counts the visible characters, words, lines and sentences of a text, and its bytes in UTF-8.',
  params: () => z.object({ text: textParam() }),
  result: () =>
    z.object({
      characters: z.int(),
      words: z.int(),
      lines: z.int(),
      sentences: z.int(),
      bytes: z.int(),
    }),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Count the words in "the quick brown fox"',
      params: { text: 'the quick brown fox' },
      result: { characters: 19, words: 4, lines: 1, sentences: 1, bytes: 19 },
    },
    {
      title: 'How many characters has "naïve 👩‍👩‍👧"?',
      params: { text: 'naïve 👩‍👩‍👧' },
      result: { characters: 7, words: 1, lines: 1, sentences: 1, bytes: 25 },
    },
  ],
  inlineLimit: linearInlineLimit,
  work: ({ text }) => ({
    characters: characters(text).length,
    words: words(text).length,
    lines: lines(text).length,
    sentences: sentences(text).length,
    bytes: new TextEncoder().encode(text).length,
  }),
})
