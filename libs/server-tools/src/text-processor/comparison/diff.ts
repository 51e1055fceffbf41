import * as z from 'zod'

import { sandboxedOperation } from '../../sandbox/sandboxed-operation.ts'
import { textParam } from '../text-params.ts'

export const diff = sandboxedOperation({
  title: 'Compare texts',
  description: 'Lists the additions and removals between two texts, by lines, words or characters.',
  params: () =>
    z.object({
      from: textParam('The original text.'),
      to: textParam('The changed text.'),
      by: z
        .enum(['lines', 'words', 'characters'])
        .default('lines')
        .describe('The unit to compare by.'),
    }),
  result: () =>
    z.object({
      added: z.int().describe('The number of added lines, words or characters.'),
      removed: z.int().describe('The number of removed lines, words or characters.'),
      changes: z.array(z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })),
      patch: z.string().optional().describe('When comparing lines: the changes as a unified diff.'),
    }),
  hints: { readOnly: true },
  core: true,
  errors: ['timeout'],
  examples: [
    {
      title: 'What changed from "the cat sat" to "the dog sat"?',
      params: { from: 'the cat sat', to: 'the dog sat', by: 'words' },
      result: {
        added: 1,
        removed: 1,
        changes: [
          { kind: 'same', text: 'the ' },
          { kind: 'removed', text: 'cat' },
          { kind: 'added', text: 'dog' },
          { kind: 'same', text: ' sat' },
        ],
      },
    },
    {
      title: 'Compare the lines a, b with the lines a, c',
      params: { from: 'a\nb\n', to: 'a\nc\n' },
    },
  ],
  async work({ from, to, by }) {
    const { createTwoFilesPatch, diffChars, diffLines, diffWordsWithSpace } = await import('diff')
    const comparisons = {
      lines: () => diffLines(from, to),
      words: () => diffWordsWithSpace(from, to),
      characters: () => diffChars(from, to),
    }
    const parts = comparisons[by]()
    const count = (kind: 'added' | 'removed') =>
      parts.filter((part) => part[kind]).reduce((sum, part) => sum + part.count, 0)
    const patch = by === 'lines' ? createTwoFilesPatch('from', 'to', from, to) : undefined
    return {
      added: count('added'),
      removed: count('removed'),
      changes: parts.map(({ added, removed, value }) => ({
        kind: kindOf(added, removed),
        text: value,
      })),
      ...(patch === undefined ? {} : { patch }),
    }
  },
})

function kindOf(added: boolean, removed: boolean): 'same' | 'added' | 'removed' {
  if (added) return 'added'
  return removed ? 'removed' : 'same'
}
