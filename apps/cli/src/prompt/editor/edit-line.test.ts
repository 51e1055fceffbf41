import { expect, it } from 'vitest'

import type { LineBuffer } from './edit-line.ts'
import { editLine, insertText } from './edit-line.ts'

/** Reads a buffer whose cursor is written as `|`. */
function read(marked: string): LineBuffer {
  return { text: marked.replace('|', ''), cursor: marked.indexOf('|') }
}

function show({ text, cursor }: LineBuffer): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`
}

const ctrl = (name: string) => ({ name, ctrl: true })
const meta = (name: string) => ({ name, meta: true })

it.each([
  ['left', { name: 'left' }, 'ab|', 'a|b'],
  ['left over an emoji of several code points', { name: 'left' }, 'a👩‍👧|', 'a|👩‍👧'],
  ['left at the start', { name: 'left' }, '|ab', '|ab'],
  ['right over a combined letter', { name: 'right' }, '|e\u0301b', 'e\u0301|b'],
  ['home within several lines', { name: 'home' }, 'a\nbc|d', 'a\n|bcd'],
  ['home at the start of a text with an empty line', { name: 'home' }, '|\na', '|\na'],
  ['end within several lines', ctrl('e'), 'a|b\nc', 'ab|\nc'],
  ['up keeps the column', { name: 'up' }, 'abc\nde|f', 'ab|c\ndef'],
  ['up into a shorter line', { name: 'up' }, 'a\nbcd|', 'a|\nbcd'],
  ['up in the first line', { name: 'up' }, 'ab|c\nd', 'ab|c\nd'],
  ['down keeps the column', { name: 'down' }, 'a|b\ncde', 'ab\nc|de'],
  ['down into a shorter line', { name: 'down' }, 'abc|\nd\ne', 'abc\nd|\ne'],
  ['down in the last line', { name: 'down' }, 'a\nb|c', 'a\nb|c'],
  ['backspace', { name: 'backspace' }, 'ab|c', 'a|c'],
  ['backspace joins lines', { name: 'backspace' }, 'a\n|b', 'a|b'],
  ['backspace removes a whole emoji', { name: 'backspace' }, '👍🏽|', '|'],
  ['delete', { name: 'delete' }, 'a|bc', 'a|c'],
  ['Ctrl-D deletes', ctrl('d'), 'a|bc', 'a|c'],
  ['word left', meta('b'), 'tools.add a=|', 'tools.add |a='],
  ['word right', ctrl('right'), 'tools|.add a', 'tools.add| a'],
  ['delete the word before', meta('backspace'), 'tools.add|', 'tools.|'],
  ['delete the word after', meta('d'), 'a| bc d', 'a| d'],
  ['delete to the space before', ctrl('w'), 'a tools.add |', 'a |'],
  ['delete to the start of the line', ctrl('u'), 'a\nbc|d', 'a\n|d'],
  ['delete to the end of the line', ctrl('k'), 'a|b\nc', 'a|\nc'],
  ['Alt-Enter', meta('return'), 'a|b', 'a\n|b'],
])('%s', (_name, key, from, to) => {
  const edited = editLine(read(from), undefined, key)
  expect(edited && show(edited)).toBe(to)
})

it('inserts printable text only', () => {
  const insert = (text: string, key = {}) => editLine(read('a|c'), text, key)
  expect(insert('b')).toMatchObject({ text: 'abc', cursor: 2 })
  expect(insert('字')).toMatchObject({ text: 'a字c', cursor: 2 })
  expect(insert('\u0007')).toBeUndefined()
  expect(insert('x', { name: 'x', meta: true })).toBeUndefined()
  expect(editLine(read('a|'), undefined, { name: 'f5' })).toBeUndefined()
})

it('inserts with Ctrl-Y what was deleted last', () => {
  const cut = editLine(read('one two|'), undefined, ctrl('w'))
  const unchanged = cut && editLine(cut, undefined, ctrl('k'))
  const back = unchanged && editLine(insertText(unchanged, 'and '), undefined, ctrl('y'))
  expect(back && show(back)).toBe('one and two|')
})
