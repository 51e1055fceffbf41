import { readFile } from 'node:fs/promises'

import { afterAll, expect, it } from 'vitest'

import { createInternetSandbox } from '../../internet-sandbox.ts'
import type { Extraction, ExtractRequest } from '../extraction.ts'
import { createExtractor } from '../extractor.ts'

const extractor = createExtractor(createInternetSandbox({ timeoutMs: 60_000 }))

afterAll(() => extractor.close())

const pages: readonly (readonly [
  string,
  ExtractRequest['extract'],
  Omit<Extraction, 'content' | 'contentType'>,
])[] = [
  [
    'news-article',
    'article',
    {
      charset: 'utf-8',
      title: 'Harbour bridge reopens after two years of repairs',
      byline: 'Maren Holt, Idris Bell',
      language: 'en-GB',
    },
  ],
  [
    'docs-code',
    'article',
    {
      charset: 'utf-8',
      title: 'Reading a file line by line — Streamkit docs',
      byline: 'The Streamkit authors',
      language: 'en',
    },
  ],
  [
    'wiki-infobox',
    'article',
    { charset: 'utf-8', title: 'Lake Orrin - Openpedia', language: 'en' },
  ],
  [
    'question-thread',
    'full',
    {
      charset: 'utf-8',
      title: 'sorting - Why does sort() put 10 before 9? - Ask Coders',
      language: 'en',
    },
  ],
  [
    'recipe',
    'article',
    {
      charset: 'utf-8',
      title: 'Linsensuppe wie bei Oma',
      byline: 'Kathrin Möller',
      language: 'de',
    },
  ],
  ['changelog', 'article', { charset: 'utf-8', title: 'Changelog', language: 'en' }],
  ['product-table', 'full', { charset: 'utf-8', title: 'Compare drills', language: 'en-US' }],
  ['shift-jis', 'full', { charset: 'shift_jis', title: '駅前商店街のお知らせ' }],
  [
    'arabic',
    'article',
    {
      charset: 'utf-8',
      title: 'افتتاح مكتبة المدينة الجديدة',
      byline: 'ليلى حداد',
      language: 'ar',
    },
  ],
  [
    'javascript-shell',
    'article',
    {
      charset: 'utf-8',
      title: 'Acme Console: all your machines',
      language: 'en',
      emptyReason: 'needs-javascript',
      note: 'The page is empty without JavaScript, which is not executed.',
    },
  ],
]

it.each(pages)(
  'converts the page %s to the Markdown file next to it',
  async (name, extract, metadata) => {
    const extraction = await extractor.extract(
      {
        bytes: await readFile(file(`${name}.page`)),
        contentType: 'text/html',
        url: `https://example.com/section/${name}`,
        format: 'markdown',
        extract,
      },
      { signal: new AbortController().signal },
    )
    const { content, ...others } = extraction
    expect(`${content}\n`).toBe(await readFile(file(`${name}.expected`), 'utf8'))
    expect(others).toEqual({ contentType: 'text/html', ...metadata })
  },
)

function file(name: string): URL {
  return new URL(`../../fixtures/pages/${name}`, import.meta.url)
}
