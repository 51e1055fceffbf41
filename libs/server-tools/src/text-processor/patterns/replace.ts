import * as z from 'zod'

import { sandboxedOperation } from '../../sandbox/sandboxed-operation.ts'
import { textParam } from '../text-params.ts'
import { compilePattern, flagsParam, patternParam } from './linear-pattern.ts'

export const replace = sandboxedOperation({
  title: 'Replace',
  description:
    'Replaces the matches of a regular expression or, with `literal`, of a plain text. Matching takes linear time; back-references and look-aheads are not supported.',
  params: () =>
    z.object({
      text: textParam(),
      pattern: patternParam('The regular expression or, with `literal`, the text to search for.'),
      replacement: z
        .string()
        .describe(
          'The replacement. $1 or $<name> inserts a group, $& the match, $$ a dollar sign.',
        ),
      flags: flagsParam(),
      literal: z
        .boolean()
        .default(false)
        .describe('Whether to use pattern and replacement as plain text.'),
      all: z.boolean().default(true).describe('Whether to replace every match or only the first.'),
    }),
  result: () => z.string(),
  hints: { readOnly: true },
  errors: ['timeout'],
  examples: [
    {
      title: 'Replace "cat" with "dog" in "the cat sat"',
      params: { pattern: 'cat', replacement: 'dog', text: 'the cat sat' },
      result: 'the dog sat',
    },
    {
      title: 'In "2026-11-22" turn the date around with a pattern',
      params: { text: '2026-11-22', pattern: '(\\d+)-(\\d+)-(\\d+)', replacement: '$3.$2.$1' },
      result: '22.11.2026',
    },
    {
      title: 'Replace each "." in "1.2.3" with "," as it stands',
      params: { text: '1.2.3', pattern: '.', replacement: ',', literal: true },
      result: '1,2,3',
    },
  ],
  inlineLimit: (params) => (isPlain(params) ? 2_000 : 0),
  async work(params) {
    const { text, pattern, replacement, flags, literal, all } = params
    if (isPlain(params)) {
      return all
        ? text.replaceAll(pattern, () => replacement)
        : text.replace(pattern, () => replacement)
    }
    const compiled = await compilePattern(literal ? quote(pattern) : pattern, flags)
    const substitute = literal ? replacement.replaceAll('$', '$$$$') : replacement
    const matcher = compiled.matcher(text)
    return all ? matcher.replaceAll(substitute) : matcher.replaceFirst(substitute)
  },
})

function isPlain({ literal, flags }: { literal: boolean; flags: string }): boolean {
  return literal && !flags.includes('i')
}

function quote(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}
