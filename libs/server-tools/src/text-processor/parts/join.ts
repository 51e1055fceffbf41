import { McpError } from '@mcp/protocol'
import * as z from 'zod'

import { sandboxedOperation, smallInput } from '../../sandbox/sandboxed-operation.ts'

const mostLetters = 4_000_000

export const join = sandboxedOperation({
  title: 'Join',
  description: 'Joins texts into one.',
  params: () =>
    z.object({
      items: z.array(z.string()).describe('The texts, in order.'),
      separator: z.string().default(', ').describe('What to put between them.'),
      lastSeparator: z
        .string()
        .optional()
        .describe('What to put before the last one, such as ` and `. Default: the separator.'),
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
  inPlaceUpTo: smallInput,
  work({ items, separator, lastSeparator = separator }) {
    if (items.length * separator.length > mostLetters) {
      throw new McpError(
        'payload-too-large',
        `The joined text would be longer than ${mostLetters} characters.`,
      )
    }
    const last = items.at(-1)
    if (last === undefined || items.length === 1) return last ?? ''
    return items.slice(0, -1).join(separator) + lastSeparator + last
  },
})
