import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import { textParam } from '../text-params.ts'

export const trim = sandboxedOperation({
  title: 'Trim',
  description: 'Removes white space from the ends of a text, and optionally collapses it inside.',
  params: () =>
    z.object({
      text: textParam(),
      side: z.enum(['both', 'start', 'end']).default('both').describe('The ends to trim.'),
      collapse: z
        .boolean()
        .default(false)
        .describe('Whether to replace each run of white space inside with one space.'),
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
  inlineLimit: linearInlineLimit,
  work({ text, side, collapse }) {
    const ends = { both: text.trim(), start: text.trimStart(), end: text.trimEnd() }[side]
    return collapse ? ends.replaceAll(/\s+/g, ' ') : ends
  },
})
