import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import { textParam } from '../text-params.ts'

export const slugify = sandboxedOperation({
  title: 'Slugify',
  description: 'Converts a text to a URL slug: lower-case letters, digits and dashes, no accents.',
  params: () =>
    z.object({
      text: textParam(),
      separator: z.enum(['-', '_', '.']).default('-').describe('The separator between words.'),
      maxLength: z
        .int()
        .min(1)
        .max(1_000)
        .default(200)
        .describe('The maximum length of the slug, in characters.'),
    }),
  result: () => z.string(),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Make a slug of "Hello, World!"',
      params: { text: 'Hello, World!' },
      result: 'hello-world',
    },
    {
      title: 'slugify "Ærø über alles"',
      params: { text: 'Ærø über alles' },
      result: 'aero-uber-alles',
    },
  ],
  inlineLimit: linearInlineLimit,
  work: ({ text, separator, maxLength }) =>
    (toAscii(text).match(/[a-z0-9]+/g) ?? [])
      .join(separator)
      .slice(0, maxLength)
      .replace(/[-_.]$/, ''),
})

// ASCII spellings of letters that do not decompose into a base letter and an accent, and of "&".
const spellings: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['đ', 'd'],
  ['ł', 'l'],
  ['ı', 'i'],
  ['&', ' and '],
])

function toAscii(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[ßæœøðþđłı&]/g, (letter) => spellings.get(letter) ?? letter)
    .normalize('NFKD')
    .replaceAll(/[\p{M}'’]/gu, '')
}
