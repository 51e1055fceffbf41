import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'

import { encodingLabels } from '../../fixtures/encoding-labels.ts'
import { decodeText } from './decode-text.ts'

const html = { kind: 'html', label: undefined } as const
const plain = { kind: 'plain', label: undefined } as const

function page(charset: string, body: string, encoding = charset): Uint8Array {
  return iconv.encode(`<!doctype html><meta charset="${charset}"><p>${body}`, encoding)
}

describe('a page', () => {
  it.each([
    ['windows-1252', 'Öl kostet 5 € – „heute“'],
    ['windows-1251', 'Привет, мир'],
    ['Shift_JIS', '日本語のテキスト'],
    ['EUC-JP', '日本語のテキスト'],
    ['EUC-KR', '한국어'],
    ['Big5', '繁體中文'],
    ['GB18030', '简体中文'],
    ['ISO-8859-2', 'Žluťoučký kůň'],
  ])('in %s is decoded by its own declaration', async (charset, body) => {
    const { text, charset: found } = await decodeText(page(charset, body), html)
    expect(text).toContain(body)
    expect(found).toBe(charset.toLowerCase())
  })

  it('in ISO-8859-1 is decoded as windows-1252, like in browsers', async () => {
    expect(await decodeText(page('iso-8859-1', 'a“b', 'windows-1252'), html)).toMatchObject({
      text: expect.stringContaining('a“b'),
      charset: 'windows-1252',
    })
  })

  it('is decoded by the header, which takes precedence over the declaration in the page', async () => {
    const bytes = page('utf-8', 'žluť', 'iso-8859-2')
    expect(await decodeText(bytes, { kind: 'html', label: 'latin2' })).toMatchObject({
      text: expect.stringContaining('žluť'),
      charset: 'iso-8859-2',
    })
  })

  it('is decoded by its byte order mark, which takes precedence over the header', async () => {
    const bytes = iconv.encode('<p>žluť', 'utf-16le', { addBOM: true })
    expect(await decodeText(bytes, { kind: 'html', label: 'utf-8' })).toEqual({
      text: '<p>žluť',
      charset: 'utf-16le',
    })
  })

  it('declares its encoding even after a few kilobytes of scripts', async () => {
    const bytes = iconv.encode(
      `<script>${'x'.repeat(4_000)}</script><meta charset="windows-1251"><p>Привет`,
      'windows-1251',
    )
    expect(await decodeText(bytes, html)).toMatchObject({ charset: 'windows-1251' })
  })

  it('is decoded as UTF-8 without a declaration, if it is valid UTF-8', async () => {
    expect(await decodeText(Buffer.from('<p>naïve'), html)).toEqual({
      text: '<p>naïve',
      charset: 'utf-8',
    })
  })

  it('is decoded as windows-1252 without a declaration, if it is not valid UTF-8', async () => {
    expect(await decodeText(Buffer.from('<p>na\u00EFve', 'latin1'), html)).toEqual({
      text: '<p>naïve',
      charset: 'windows-1252',
    })
  })

  it('is decoded as UTF-8 if it was cut within a character', async () => {
    for (const [cut, text] of [
      [Buffer.from('aé').subarray(0, 2), 'a\uFFFD'],
      [Buffer.from('a€').subarray(0, 3), 'a\uFFFD'],
      [Buffer.from('a😀').subarray(0, 4), 'a\uFFFD'],
    ] as const) {
      expect(await decodeText(cut, html)).toEqual({ text, charset: 'utf-8' })
    }
  })

  it('is decoded from ISO-2022-JP', async () => {
    const bytes = Buffer.from('\u001B$BF|K\\\u001B(B', 'latin1')
    expect(await decodeText(bytes, { kind: 'html', label: 'iso-2022-jp' })).toEqual({
      text: '日本',
      charset: 'iso-2022-jp',
    })
  })
})

describe('plain text', () => {
  it('cannot declare an encoding', async () => {
    expect(await decodeText(Buffer.from('<meta charset="shift_jis"> é'), plain)).toMatchObject({
      charset: 'utf-8',
    })
  })

  it('loses its byte order mark', async () => {
    expect(await decodeText(Buffer.from('\uFEFFa'), plain)).toEqual({ text: 'a', charset: 'utf-8' })
  })

  it('ignores an unknown label', async () => {
    expect(await decodeText(Buffer.from('a'), { kind: 'plain', label: 'klingon' })).toEqual({
      text: 'a',
      charset: 'utf-8',
    })
  })
})

it('decodes XML by its declaration', async () => {
  const bytes = iconv.encode(
    '<?xml version="1.0" encoding="windows-1251"?><a>Привет</a>',
    'win1251',
  )
  expect(await decodeText(bytes, { kind: 'xml', label: undefined })).toMatchObject({
    text: expect.stringContaining('Привет'),
    charset: 'windows-1251',
  })
})

it('knows every label of the Encoding Standard, in any capitalization', async () => {
  const decoded: unknown[] = []
  const expected: unknown[] = []
  for (const [name = '', ...others] of encodingLabels) {
    const isUtf16 = name.startsWith('utf-16')
    const bytes = isUtf16
      ? iconv.encode('<p>Text', name, { addBOM: false })
      : Buffer.from('<p>Text')
    const text = name === 'replacement' ? '\uFFFD' : '<p>Text'
    // The encoding has no label with its own name.
    for (const label of [name, ...others].filter((each) => each !== 'replacement')) {
      const source = { kind: 'html', label: ` ${label.toUpperCase()} ` } as const
      decoded.push({ label, ...(await decodeText(bytes, source)) })
      expected.push({ label, text, charset: name })
    }
  }
  expect(decoded).toEqual(expected)
  console.log(`Encoding Standard: ${decoded.length} labels`)
})
