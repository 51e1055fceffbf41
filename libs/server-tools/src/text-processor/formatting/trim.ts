import * as z from 'zod'

import { sandboxedOperation, smallInput } from '../../sandbox/sandboxed-operation.ts'
import { textParam } from '../text-params.ts'

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
