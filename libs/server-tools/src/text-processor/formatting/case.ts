import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import { localeParam, textParam } from '../text-params.ts'

export const toUpperCase = sandboxedOperation({
  title: 'Upper case',
  description: 'Converts a text to upper case.',
  params: () => z.object({ text: textParam(), locale: localeParam() }),
  result: () => z.string(),
  hints: { readOnly: true },
  examples: [
    { title: 'Write "hello" in capitals', params: { text: 'hello' }, result: 'HELLO' },
    { title: 'convert "straße" to upper case', params: { text: 'straße' }, result: 'STRASSE' },
    { title: 'make "mcp" uppercase', params: { text: 'mcp' }, result: 'MCP' },
  ],
  inlineLimit: linearInlineLimit,
  work: ({ text, locale = 'und' }) => text.toLocaleUpperCase(locale),
})

export const toLowerCase = sandboxedOperation({
  title: 'Lower case',
  description: 'Converts a text to lower case.',
  params: () => z.object({ text: textParam(), locale: localeParam() }),
  result: () => z.string(),
  hints: { readOnly: true },
  examples: [
    { title: 'Write "HELLO" in small letters', params: { text: 'HELLO' }, result: 'hello' },
    { title: 'convert "ÀÉÎ" to lower case', params: { text: 'ÀÉÎ' }, result: 'àéî' },
    { title: 'make "MCP" lowercase', params: { text: 'MCP' }, result: 'mcp' },
  ],
  inlineLimit: linearInlineLimit,
  work: ({ text, locale = 'und' }) => text.toLocaleLowerCase(locale),
})

export const toTitleCase = sandboxedOperation({
  title: 'Title case',
  description: 'Capitalizes the first letter of each word and converts the others to lower case.',
  params: () => z.object({ text: textParam(), locale: localeParam() }),
  result: () => z.string(),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Write "the old man and the sea" in title case',
      params: { text: 'the old man and the sea' },
      result: 'The Old Man And The Sea',
    },
    {
      title: 'capitalize each word of "don\'t panic"',
      params: { text: "don't panic" },
      result: "Don't Panic",
    },
  ],
  inlineLimit: linearInlineLimit,
  work: ({ text, locale = 'und' }) =>
    text.replaceAll(/\p{L}[\p{L}\p{M}\p{N}'’]*/gu, (word) => {
      const [first = ''] = word
      return first.toLocaleUpperCase(locale) + word.slice(first.length).toLocaleLowerCase(locale)
    }),
})
