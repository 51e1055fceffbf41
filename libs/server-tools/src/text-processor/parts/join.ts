import { McpError } from '@mcp/protocol'
import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'

const maxCharacters = 4_000_000

export const join = sandboxedOperation({
  title: 'Join',
  description: 'Joins texts into one text.',
  params: () =>
    z.object({
      items: z.array(z.string()).describe('The texts, in order.'),
      separator: z.string().default(', ').describe('The text to put between them.'),
      lastSeparator: z
        .string()
        .optional()
        .describe('The separator before the last text, such as ` and `. Default: `separator`.'),
    }),
  result: () => z.string(),
  hints: { readOnly: true },
  examples: [
    { title: 'Join "a", "b" and "c"', params: { items: ['a', 'b', 'c'] }, result: 'a, b, c' },
    {
      title: 'Join red, green and blue with "and" before the last',
      params: { items: ['red', 'green', 'blue'], lastSeparator: ' and ' },
      result: 'red, green and blue',
    },
  ],
  inlineLimit: linearInlineLimit,
  work({ items, separator, lastSeparator = separator }) {
    if (items.length * separator.length > maxCharacters) {
      throw new McpError(
        'payload-too-large',
        `The joined text would be longer than ${maxCharacters} characters.`,
      )
    }
    const last = items.at(-1)
    if (last === undefined || items.length === 1) return last ?? ''
    return items.slice(0, -1).join(separator) + lastSeparator + last
  },
})
