import { invalidParam } from '@mcp/server'
import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import { compilePattern, flagsParam, patternParam } from '../patterns/linear-pattern.ts'
import { textParam } from '../text-params.ts'
import { characters, lines, sentences, words } from './segments.ts'

export const split = sandboxedOperation({
  title: 'Split',
  description:
    'Splits a text at a separator or a regular expression, or into lines, words, sentences or characters.',
  params: () =>
    z.object({
      text: textParam(),
      by: z
        .enum(['separator', 'pattern', 'lines', 'words', 'sentences', 'characters'])
        .default('separator')
        .describe('The way to split.'),
      separator: z
        .string()
        .min(1)
        .default(',')
        .describe('The separator. Used if `by` is `separator`.'),
      pattern: patternParam(
        'The regular expression that matches the separators. Required if `by` is `pattern`.',
      ).optional(),
      flags: flagsParam(),
      trim: z.boolean().default(false).describe('Whether to trim white space from each part.'),
    }),
  result: () => z.array(z.string()),
  hints: { readOnly: true },
  errors: ['timeout'],
  examples: [
    { title: 'Split "a,b,c"', params: { text: 'a,b,c' }, result: ['a', 'b', 'c'] },
    {
      title: 'Split "one - two - three" at "-" and trim',
      params: { text: 'one - two - three', separator: '-', trim: true },
      result: ['one', 'two', 'three'],
    },
    {
      title: 'Split "It rains. We stay." into sentences',
      params: { text: 'It rains. We stay.', by: 'sentences' },
      result: ['It rains.', 'We stay.'],
    },
    {
      title: 'Split "a1b22c" at the pattern \\d+',
      params: { text: 'a1b22c', by: 'pattern', pattern: '\\d+' },
      result: ['a', 'b', 'c'],
    },
  ],
  inlineLimit: ({ by }) => (by === 'pattern' ? 0 : linearInlineLimit),
  async work({ text, by, separator, pattern, flags, trim }) {
    const parts = await {
      separator: () => text.split(separator),
      pattern: () => splitAtPattern(text, pattern, flags),
      lines: () => lines(text),
      words: () => words(text),
      sentences: () => sentences(text),
      characters: () => characters(text),
    }[by]()
    return trim ? parts.map((part) => part.trim()) : parts
  },
})

async function splitAtPattern(text: string, pattern: string | undefined, flags: string) {
  if (pattern === undefined)
    throw invalidParam('pattern', 'a pattern is required if by is "pattern"')
  return (await compilePattern(pattern, flags)).split(text, -1)
}
