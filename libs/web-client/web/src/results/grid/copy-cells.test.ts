import { expect, it } from 'vitest'

import { cellText } from './cell-text.ts'
import { copyCells } from './copy-cells.ts'

const rows = [
  [1, 'a\tb', null],
  [2, 'say "x"', ''],
  [{ k: [1] }, 'c\nd', undefined],
]
const rowAt = (position: number) => rows[position]

it('copies cells as tab-separated values', () => {
  expect(copyCells(rowAt, { top: 0, bottom: 2, left: 0, right: 2 })).toBe(
    ['1\t"a\tb"\t', '2\t"say ""x"""\t""', '"{""k"":[1]}"\t"c\nd"\t'].join('\n'),
  )
})

it('copies one cell as it is', () => {
  const cell = (row: number, column: number) =>
    copyCells(rowAt, { top: row, bottom: row, left: column, right: column })
  expect(cell(0, 1)).toBe('a\tb')
  expect(cell(0, 2)).toBe('')
  expect(cell(2, 0)).toBe('{"k":[1]}')
})

it('shows the start of a long value with its length', () => {
  expect(cellText('short')).toEqual({ text: 'short' })
  const long = 'x'.repeat(2 * 1024 * 1024)
  expect(cellText(long).length).toBe(long.length)
  expect(cellText(long).text.length).toBeLessThanOrEqual(200)
  expect(cellText({ long }).length).toBe(long.length + 11)
  expect(cellText('a\n\n b')).toEqual({ text: 'a b' })
  expect(cellText(false)).toEqual({ text: 'false' })
})
