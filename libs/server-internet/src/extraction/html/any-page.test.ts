import fc from 'fast-check'
import { expect, it } from 'vitest'

import { extracted } from '../../fixtures/extract.ts'
import type { ExtractScope } from '../extraction.ts'

const tag = fc.constantFrom(
  ...'p div a b i ul ol li dl dt dd table thead tbody tr td th caption pre code h1 h2 blockquote img'.split(
    ' ',
  ),
  ...'br hr input button form label details summary figure figcaption sup sub del section article'.split(
    ' ',
  ),
  ...'aside header nav footer main span title meta base body html head script style noscript svg'.split(
    ' ',
  ),
  ...'math template x-y a:b font center tt select option textarea'.split(' '),
)
const attribute = fc.constantFrom(
  '',
  ' class="highlight-js sourceCode"',
  ' href="/a"',
  ' href="//["',
  ' href=" javascript:alert(1)"',
  ' onclick="alert(1)"',
  ' src="b.png"',
  ' rowspan="3" colspan="2"',
  ' start="-5"',
  ' hidden',
  ' type="checkbox"',
  ' content="x" name="author" property="og:title"',
  ' style="display:none"',
  ' class="byline author"',
  ' rel="author"',
)
const text = fc.oneof(
  fc.constantFrom('Words, and more words. '.repeat(12), '|', '```', '\n', '&amp;', '<', '#'),
  fc.string({ maxLength: 8 }),
)
const piece = fc.oneof(
  fc.tuple(tag, attribute).map(([name, attributes]) => `<${name}${attributes}>`),
  tag.map((name) => `</${name}>`),
  text,
)
const request = fc.record({
  format: fc.constantFrom('markdown', 'text', 'html', 'links'),
  extract: fc.constantFrom<ExtractScope[]>(
    'article',
    'full',
    { selector: 'p, td, li' },
    { selector: ':has(b)' },
  ),
})

it('reads any page, reports the reason for an empty page, and removes everything executable', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 60 }), request, async (pieces, changes) => {
      const { content, emptyReason } = await extracted(pieces.join(''), changes)
      expect(emptyReason === undefined).toBe(content !== '')
      expect(content).not.toMatch(/alert\(1\)/)
    }),
    { numRuns: 150 },
  )
}, 60_000)
