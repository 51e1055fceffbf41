import { expect, it } from 'vitest'

import { readXml } from './xml-reader.ts'
import { writeXml } from './xml-writer.ts'

it.each([
  ['<p>Hello <b>bold</b> world</p>', { p: { b: 'bold', '#text': ['Hello ', ' world'] } }],
  ['<p>a<br/>b<br/>c</p>', { p: { br: ['', ''], '#text': ['a', 'b', 'c'] } }],
  ['<p>\n  one <i>1</i>\n  two\n</p>', { p: { i: 1, '#text': ['one ', '\n  two'] } }],
  ['<p>x<![CDATA[ <y> ]]>z<b/>w</p>', { p: { b: '', '#text': ['x <y> z', 'w'] } }],
  ['<p id="7">\n  text\n  <b/>\n</p>', { p: { '@id': 7, b: '', '#text': 'text' } }],
  ['<p>one<!-- and -->two<?pi?>three</p>', { p: 'onetwothree' }],
])('reads the mixed content of %j', async (text, expected) => {
  expect(await readXml(text, true)).toEqual(expected)
})

it.each([
  [
    '<r><b xml:space="preserve"> y </b></r>',
    { r: { b: { '@xml:space': 'preserve', '#text': ' y ' } } },
  ],
  ['<r xml:space="preserve"><b> y </b></r>', { r: { '@xml:space': 'preserve', b: ' y ' } }],
  [
    '<r xml:space="preserve"><b xml:space="default"> y </b> </r>',
    { r: { '@xml:space': 'preserve', b: { '@xml:space': 'default', '#text': 'y' }, '#text': ' ' } },
  ],
  [
    '<r xml:space="preserve"> <b/>\n</r>',
    { r: { '@xml:space': 'preserve', b: '', '#text': [' ', '\n'] } },
  ],
  ['<r> y </r>', { r: 'y' }],
  ['<r>\n<![CDATA[ y ]]>\n</r>', { r: ' y ' }],
  ['<r a=" y ">&#13;</r>', { r: { '@a': ' y ', '#text': '\r' } }],
])('keeps the whitespace of %j if it is significant', async (text, expected) => {
  expect(await readXml(text, true)).toEqual(expected)
})

it.each([
  { p: { '#text': ['Hello ', ' world'], b: 'bold' } },
  { p: { '@xml:space': 'preserve', '#text': ' y ' } },
  { p: { '@xml:space': 'preserve', b: ' y ', c: { d: 'e' } } },
  { p: { '@a': ' tab\tline\nreturn\r"&<> ', '#text': 'x' } },
  {
    p: [' a ', '\n', '\r\n', ' \r ', ']]>', '<a>&amp;', '\u0085\u2028'].map((text) => ({
      '@n': 'x',
      '#text': text,
    })),
  },
  { p: { q: [' a ', '\n\t', '\r', 'a\r\nb', ']]>', ' <![CDATA[ '] } },
])('reads the %j that it wrote', async (value) => {
  const root = Array.isArray(value.p) ? { r: value } : value
  expect(await readXml(writeXml(root, 'root'), true)).toEqual(root)
})

it.each(['\0', '\u000B', '\uD800', '\uFFFE'])('refuses to write %j', (character) => {
  const message = 'XML cannot contain the character U+'
  expect(() => writeXml({ a: `x${character}` }, 'root')).toThrow(message)
  expect(() => writeXml({ '@a': character, b: 1 }, 'root')).toThrow(message)
})

it('refuses objects as attributes and texts', () => {
  expect(() => writeXml({ '@a': { b: 1 }, c: 1 }, 'root')).toThrow('must not be an object')
  expect(() => writeXml({ '#text': [{ b: 1 }] }, 'root')).toThrow('must not be an object')
})

it('writes elements on separate lines, except beside text', () => {
  expect(writeXml({ a: { b: [1, { c: true }], d: { '#text': 'x', e: 'y' } } }, 'root')).toBe(
    '<a>\n  <b>1</b>\n  <b>\n    <c>true</c>\n  </b>\n  <d>x<e>y</e></d>\n</a>\n',
  )
})
