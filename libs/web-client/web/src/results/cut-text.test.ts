import { expect, it } from 'vitest'

import { briefText, cutText, sizeText } from './cut-text.ts'

it('returns a short text unchanged', () => {
  expect(cutText('a\nb')).toEqual({ text: 'a\nb', isCut: false, length: 3 })
})

it('cuts a long text, and keeps its length', () => {
  const cut = cutText('ab\n'.repeat(10_000), { max: 100 })
  expect(cut).toMatchObject({ isCut: true, length: 30_000 })
  expect(cut.text).toHaveLength(100)
})

it('cuts one long line of a short text', () => {
  const cut = cutText(`short\n${'x'.repeat(50)}\nend`, { max: 100, maxLine: 10 })
  expect(cut.text).toBe(`short\n${'x'.repeat(10)}\nend`)
  expect(cut.isCut).toBe(true)
})

it('does not cut inside a surrogate pair', () => {
  expect(cutText('a😀b', { max: 2 }).text).toBe('a')
  expect(briefText('😀'.repeat(3), 4)).toBe('😀…')
})

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [2 * 1024 ** 2, '2 MiB'],
  [300 * 1024 ** 3, '300 GiB'],
])('formats %d bytes as %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text)
})

it('formats a value as one line', () => {
  expect(briefText({ a: [1, 'x\ny'] })).toBe('{"a":[1,"x\\ny"]}')
  expect(briefText('a\n  b')).toBe('a b')
  expect(briefText(undefined)).toBe('')
})
