import { invalidParam } from '@mcp/server'
import * as z from 'zod'

import { sandboxedOperation } from '../../sandbox/sandboxed-operation.ts'
import { textParam } from '../text-params.ts'
import { compilePattern, flagsParam, patternParam } from './linear-pattern.ts'

export const extract = sandboxedOperation({
  title: 'Extract',
  description:
    'Extracts e-mail addresses, URLs, numbers, dates, or the matches of a regular expression from a text.',
  params: () =>
    z.object({
      text: textParam(),
      kind: z
        .enum(['emails', 'urls', 'numbers', 'dates', 'pattern'])
        .default('pattern')
        .describe('The kind of text to extract.'),
      pattern: patternParam('The regular expression. Required if `kind` is `pattern`.').optional(),
      flags: flagsParam(),
      group: z
        .int()
        .min(0)
        .max(99)
        .default(0)
        .describe(
          'The group of the match to return; 0 is the whole match. Used if `kind` is `pattern`.',
        ),
      unique: z.boolean().default(false).describe('Whether to return each distinct match once.'),
      limit: z
        .int()
        .min(1)
        .max(10_000)
        .default(1_000)
        .describe('The maximum number of matches to return.'),
    }),
  result: () =>
    z.object({
      matches: z.array(z.string()),
      truncated: z.boolean().describe('Whether there are more matches than `limit`.'),
    }),
  hints: { readOnly: true },
  core: true,
  errors: ['timeout'],
  examples: [
    {
      title: 'Extract the emails from "Write to ann@example.com or bob@example.org."',
      params: { text: 'Write to ann@example.com or bob@example.org.', kind: 'emails' },
      result: { matches: ['ann@example.com', 'bob@example.org'], truncated: false },
    },
    {
      title: 'Extract the urls from "See https://example.com/a?b=1, then http://example.org."',
      params: { text: 'See https://example.com/a?b=1, then http://example.org.', kind: 'urls' },
      result: { matches: ['https://example.com/a?b=1', 'http://example.org'], truncated: false },
    },
    {
      title: 'Extract the numbers from "3 apples cost 4.50 or -2e3"',
      params: { text: '3 apples cost 4.50 or -2e3', kind: 'numbers' },
      result: { matches: ['3', '4.50', '-2e3'], truncated: false },
    },
    {
      title: 'Extract the dates from "From 2026-11-22 to 24 December 2026"',
      params: { text: 'From 2026-11-22 to 24 December 2026', kind: 'dates' },
      result: { matches: ['2026-11-22', '24 December 2026'], truncated: false },
    },
    {
      title: 'Extract what follows # in "#one and #two"',
      params: { text: '#one and #two', kind: 'pattern', pattern: '#(\\w+)', group: 1 },
      result: { matches: ['one', 'two'], truncated: false },
    },
  ],
  async work({ text, kind, pattern, flags, group, unique, limit }) {
    const source = kind === 'pattern' ? pattern : patterns[kind]
    if (source === undefined)
      throw invalidParam('pattern', 'a pattern is required if kind is "pattern"')
    const compiled = await compilePattern(source, kind === 'pattern' ? flags : 'i')
    const groupIndex = kind === 'pattern' ? group : 0
    if (groupIndex > compiled.groupCount()) {
      throw invalidParam(
        'group',
        `the pattern has no group ${groupIndex}, only ${compiled.groupCount()}`,
      )
    }

    const matches: string[] = []
    const seen = new Set<string>()
    for (const match of compiled.matchAll(text)) {
      const found = match[groupIndex]
      if (found === undefined || found === null || (unique && seen.has(found))) continue
      if (matches.length === limit) return { matches, truncated: true }
      if (unique) seen.add(found)
      matches.push(found)
    }
    return { matches, truncated: false }
  },
})

const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)'

const inUrl = String.raw`[^\s<>"'\x60()\[\]{}]`
// A URL does not end with punctuation, such as a typographic closing quote, an ellipsis or ideographic
// punctuation.
const endOfUrl = String.raw`[^\s<>"'\x60()\[\]{}.,;:!?\u201D\u2019\u00BB\u2026\u3002\uFF0C\u3001]`
const round = String.raw`\((?:${inUrl}|\(${inUrl}*\))*\)`
const bracketed = String.raw`(?:${round}|\[${inUrl}*\]|\{${inUrl}*\})`

const patterns = {
  emails: String.raw`[\p{L}\p{N}._%+-]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,63}`,
  // A bracket belongs to the URL only in pairs. Punctuation at the end of a URL belongs to the sentence.
  urls: String.raw`\b(?:https?|ftp)://(?:${inUrl}|${bracketed})*(?:${endOfUrl}|${bracketed})`,
  // A hyphen directly after a letter or digit, as in 2026-01-01, is not the sign of a number.
  numbers: String.raw`(?:(?<!\w)[-+])?(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?`,
  dates: [
    String.raw`\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[-+]\d{2}:?\d{2})?)?`,
    String.raw`\b\d{1,2}[./]\d{1,2}[./]\d{4}\b`,
    String.raw`\b\d{1,2}\.? ${month}\.?,? \d{4}\b`,
    String.raw`\b${month}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}\b`,
  ].join('|'),
}
