import fc from 'fast-check'
import { expect, it } from 'vitest'

import { textProcessor } from './text-processor.ts'

const { reverse, count, truncate, slugify, encode, decode, toTitleCase, toUpperCase, similarity } =
  textProcessor.operations

it('keeps emoji and accented letters intact', async () => {
  expect(await reverse.work({ text: 'a👩‍👩‍👧e\u0301', by: 'characters' })).toBe('e\u0301👩‍👩‍👧a')
  expect(await truncate.work({ text: '👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', length: 2, by: 'characters', mark: '' })).toBe(
    '👩‍👩‍👧👩‍👩‍👧',
  )
})

it('counts visible characters', async () => {
  expect(await count.work({ text: 'Dr. 王 met 👍🏽.\r\nThen? They left!\n' })).toMatchObject({
    words: 6,
    lines: 2,
  })
  expect(await count.work({ text: '' })).toEqual({
    characters: 0,
    words: 0,
    lines: 0,
    sentences: 0,
    bytes: 0,
  })
})

it('follows the rules of the given language', async () => {
  expect(await toUpperCase.work({ text: 'istanbul', locale: 'tr' })).toBe('İSTANBUL')
  expect(await toTitleCase.work({ text: 'ijsland', locale: 'nl' })).toBe('Ijsland')
})

it('never exceeds the maximum length', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string(),
      fc.nat(20),
      fc.string({ maxLength: 5 }),
      async (text, length, mark) => {
        const cut = await truncate.work({ text, length, by: 'characters', mark })
        expect((await count.work({ text: cut })).characters).toBeLessThanOrEqual(length)
      },
    ),
  )
})

it('creates slugs from lower-case letters, digits and separators only', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
      const slug = await slugify.work({ text, separator: '-', maxLength: 50 })
      expect(slug).toMatch(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?$/)
    }),
  )
})

it.each(['base64', 'base64url', 'hex', 'url', 'html'] as const)(
  'decodes the text that it encoded as %s',
  async (encoding) => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        const encoded = await encode.work({ text, encoding })
        expect(await decode.work({ text: encoded, encoding })).toBe(text)
      }),
    )
  },
)

it.each([
  ['url', '%%%'],
  ['url', '%ff'],
  ['hex', 'zz'],
  ['hex', 'abc'],
  ['base64', '/w=='],
  ['base64', 'a*b'],
] as const)('reports that invalid %s cannot be decoded: %s', async (encoding, text) => {
  await expect(async () => decode.work({ text, encoding })).rejects.toMatchObject({
    code: 'invalid-params',
    message: `the text is not valid ${encoding}`,
  })
})

it.each([
  ['caf&eacute; &copy; 5&nbsp;&mdash;&hellip;', 'café © 5\u00A0—…'],
  ['&amp;amp; &constructor; &unknown;', '&amp; &constructor; &unknown;'],
  ['&copy2026 &notit; &ampx', '©2026 ¬it; &x'],
  ['&CounterClockwiseContourIntegral; &nGtv; &AMP;', '∳ ≫̸ &'],
  ['&#128; &#x1F600; &#0; &#x110000;', '€ 😀 \uFFFD \uFFFD'],
])('decodes the html %j', async (text, expected) => {
  expect(await decode.work({ text, encoding: 'html' })).toBe(expected)
})

it('computes a symmetric distance', async () => {
  const text = fc.string({ maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(text, text, async (a, b) => {
      const forward = await similarity.work({ a, b, ignoreCase: false })
      expect(await similarity.work({ a: b, b: a, ignoreCase: false })).toEqual(forward)
      expect(forward.distance === 0).toBe(a === b)
    }),
  )
})
