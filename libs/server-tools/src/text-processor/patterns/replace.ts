import * as z from 'zod'

import { sandboxedOperation } from '../../sandbox/sandboxed-operation.ts'
import { textParam } from '../text-params.ts'
import { compilePattern, flagsParam, patternParam } from './linear-pattern.ts'

export const replace = sandboxedOperation({
  title: 'Replace',
  description:
    'Replaces what a regular expression matches; or, with `literal`, a text as it stands. Matching takes time linear in the text; back-references and look-aheads are not known.',
  params: () =>
    z.object({
      text: textParam(),
      pattern: patternParam('What to look for.'),
      replacement: z
        .string()
        .describe('What to put there. $1 or $<name> is a group, $& the match, $$ a dollar sign.'),
      flags: flagsParam(),
      literal: z
        .boolean()
        .default(false)
        .describe('Whether pattern and replacement mean just what they say.'),
      all: z.boolean().default(true).describe('Whether to replace every match or the first.'),
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
  inPlaceUpTo: (params) => (isPlain(params) ? 2_000 : 0),
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
