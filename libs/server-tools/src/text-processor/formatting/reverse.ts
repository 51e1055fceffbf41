import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import { characters, lines } from '../parts/segments.ts'
import { textParam } from '../text-params.ts'

export const reverse = sandboxedOperation({
  title: 'Reverse',
  description:
    'Reverses a text by characters, words or lines. Emoji and accented letters stay intact.',
  params: () =>
    z.object({
      text: textParam(),
      by: z
        .enum(['characters', 'words', 'lines'])
        .default('characters')
        .describe('The unit to reverse by.'),
    }),
  result: () => z.string(),
  hints: { readOnly: true },
  examples: [
    { title: 'Reverse "hello"', params: { text: 'hello' }, result: 'olleh' },
    { title: 'Write "stressed" backwards', params: { text: 'stressed' }, result: 'desserts' },
    {
      title: 'Reverse the words of "one two three"',
      params: { text: 'one two three', by: 'words' },
      result: 'three two one',
    },
  ],
  inlineLimit: linearInlineLimit,
  work: ({ text, by }) => reversals[by](text),
})

const reversals = {
  characters: (text: string) => characters(text).toReversed().join(''),
  words: (text: string) => text.split(/(\s+)/).toReversed().join(''),
  lines: (text: string) => lines(text).toReversed().join('\n'),
}
