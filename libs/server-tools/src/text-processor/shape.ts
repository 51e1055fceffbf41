import * as z from 'zod'

import { sandboxedOperation, smallInput } from '../sandboxed-operation.ts'
import { characters, lines } from './segments.ts'
import { textParam } from './text-params.ts'

export const trim = sandboxedOperation({
  title: 'Trim',
  description: 'Takes the white space off the ends of a text, and if wished inside it as well.',
  params: () =>
    z.object({
      text: textParam(),
      side: z.enum(['both', 'start', 'end']).default('both').describe('Which end.'),
      collapse: z
        .boolean()
        .default(false)
        .describe('Whether white space inside becomes one space each.'),
    }),
  result: () => z.string(),
  hints: { readOnly: true },
  examples: [
    { title: 'Trim the text "  hello  "', params: { text: '  hello  ' }, result: 'hello' },
    {
      title: 'Trim and collapse the spaces of " a   b "',
      params: { text: ' a   b ', collapse: true },
      result: 'a b',
    },
  ],
  inPlaceUpTo: smallInput,
  work({ text, side, collapse }) {
    const ends = { both: text.trim(), start: text.trimStart(), end: text.trimEnd() }[side]
    return collapse ? ends.replaceAll(/\s+/g, ' ') : ends
  },
})

export const reverse = sandboxedOperation({
  title: 'Reverse',
  description: 'Turns a text around by characters, words or lines. Emoji and accents stay whole.',
  params: () =>
    z.object({
      text: textParam(),
      by: z.enum(['characters', 'words', 'lines']).default('characters').describe('What to turn.'),
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
  inPlaceUpTo: smallInput,
  work: ({ text, by }) => ways[by](text),
})

const ways = {
  characters: (text: string) => characters(text).toReversed().join(''),
  words: (text: string) => text.split(/(\s+)/).toReversed().join(''),
  lines: (text: string) => lines(text).toReversed().join('\n'),
}

export const truncate = sandboxedOperation({
  title: 'Truncate',
  description: 'Cuts a text to a length, and marks that it was cut.',
  params: () =>
    z.object({
      text: textParam(),
      length: z.int().min(0).describe('How much may stay, the mark included.'),
      by: z.enum(['characters', 'words']).default('characters').describe('What is counted.'),
      mark: z.string().max(100).default('…').describe('What shows the cut.'),
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
  inPlaceUpTo: smallInput,
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
