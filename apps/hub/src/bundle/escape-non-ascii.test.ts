import { expect, it } from 'vitest'

import { escapeNonAscii } from './escape-non-ascii.ts'

it('escapes characters of regular expressions so that they match the same', () => {
  const escaped = escapeNonAscii('/[×÷’]|\u{1F600}/u')
  expect(escaped).toBe(String.raw`/[\u00d7\u00f7\u2019]|\ud83d\ude00/u`)
  const pattern = new RegExp(escaped.slice(1, -2), 'u')
  expect(['×', '’', '\u{1F600}', 'x'].map((text) => pattern.test(text))).toEqual([
    true,
    true,
    true,
    false,
  ])
})

it('throws if a raw template would keep the escape', () => {
  expect(() => escapeNonAscii('const dash = String.raw`a–b`')).toThrow('a–b')
  expect(escapeNonAscii('String.raw`a` + "–"')).toBe(String.raw`String.raw${'`a`'} + "\u2013"`)
})
