import { expect, it } from 'vitest'

import { editText } from './edit-text.ts'

it.each([
  ['CRLF in an LF text', 'foo\nbar\n', 'foo\r\nbar', 'F\r\nB', 'F\nB\n'],
  ['LF in a CRLF text', 'foo\r\nbar\r\n', 'foo\nbar', 'F\nB', 'F\r\nB\r\n'],
  ['CRLF in a CRLF text', 'foo\r\nbar\r\n', 'foo\r\nbar', 'F\r\nB', 'F\r\nB\r\n'],
  ['what is written in a text with both', 'a\r\nb\nc', 'b\nc', 'x\r\ny', 'a\r\nx\r\ny'],
  ['what is written in a text without line breaks', 'foo', 'foo', 'F\r\nB', 'F\r\nB'],
])('replaces %s', (_what, text, oldText, newText, expected) => {
  expect(editText(text, [{ oldText, newText }], 1000).text).toBe(expected)
})

it('does not find another line break in a text with both', () => {
  const edits = [{ oldText: 'a\nb', newText: '' }]
  expect(() => editText('a\r\nb\nc', edits, 1000)).toThrow('does not occur')
})
