import { expect, it } from 'vitest'

import { smallPdf } from '../../fixtures/small-pdf.ts'
import { detectMediaType, mediaKind, readContentType } from './media-type.ts'

const text = (content: string) => new TextEncoder().encode(content)

it('reads type and charset of the header', () => {
  expect(readContentType('Text/HTML; Charset="UTF-8"; x=y')).toEqual({
    type: 'text/html',
    charset: 'UTF-8',
  })
})

it.each([undefined, '', 'nonsense', '; charset=utf-8', 'application/octet-stream', '*/*'])(
  'ignores the header %j',
  (header) => {
    expect(readContentType(header)).toBeUndefined()
  },
)

it.each([
  ['<!DOCTYPE html><p>x', 'text/html'],
  ['\uFEFF\n <html lang="en">', 'text/html'],
  ['{"a": 1}', 'application/json'],
  ['Dear reader', 'text/plain'],
  ['<?xml version="1.0"?><rss></rss>', 'application/xml'],
  ['GIF89a\u0001\u0000\u0001\u0000', 'image/gif'],
  ['\u0000\u0001\u0002\u0003', 'application/octet-stream'],
  ['', 'text/plain'],
])('detects that %j without a header is %s', async (content, type) => {
  expect(await detectMediaType(undefined, text(content))).toMatchObject({ type })
})

it('trusts the header', async () => {
  expect(await detectMediaType('text/plain', text('<html>'))).toMatchObject({ type: 'text/plain' })
})

it('does not trust a header that labels a PDF as a page, or binary data as text', async () => {
  expect(await detectMediaType('text/html', smallPdf(['x'], 't'))).toMatchObject({
    type: 'application/pdf',
  })
  expect(await detectMediaType('text/plain', text('ab\u0000\u0002c'))).toMatchObject({
    type: 'application/octet-stream',
  })
})

it.each([
  ['application/xhtml+xml', 'html'],
  ['application/ld+json', 'json'],
  ['image/svg+xml', 'xml'],
  ['text/markdown', 'plain'],
  ['application/yaml', 'plain'],
  ['application/pdf', 'pdf'],
  ['image/png', 'binary'],
])('reads %s as %s', (type, kind) => {
  expect(mediaKind(type)).toBe(kind)
})
