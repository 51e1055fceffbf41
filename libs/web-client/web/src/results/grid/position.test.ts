import { expect, it } from 'vitest'

import { movePosition, rangeBetween } from './position.ts'

const size = { rows: 100, columns: 5, pageRows: 10 }
const press = (name: string) => ({
  key: name.replace('Ctrl+', ''),
  ctrlKey: name.startsWith('Ctrl+'),
  metaKey: false,
})

it.each([
  ['ArrowDown', 4, 2, 5, 2],
  ['ArrowUp', 0, 2, -1, 2],
  ['ArrowUp', -1, 2, -1, 2],
  ['ArrowLeft', 4, 0, 4, 0],
  ['ArrowRight', 4, 4, 4, 4],
  ['ArrowDown', 99, 2, 99, 2],
  ['Ctrl+ArrowDown', 4, 2, 99, 2],
  ['Ctrl+ArrowRight', 4, 2, 4, 4],
  ['Home', 4, 2, 4, 0],
  ['End', 4, 2, 4, 4],
  ['Ctrl+Home', 4, 2, 0, 0],
  ['Ctrl+End', 4, 2, 99, 4],
  ['PageDown', 95, 2, 99, 2],
  ['PageUp', 5, 2, 0, 2],
])('%s leads from %d, %d to %d, %d', (name, row, column, toRow, toColumn) => {
  expect(movePosition({ row, column }, press(name), size)).toEqual({
    row: toRow,
    column: toColumn,
  })
})

it('does not move for another key', () => {
  expect(movePosition({ row: 0, column: 0 }, press('Enter'), size)).toBeUndefined()
})

it('moves to the header of a grid without rows', () => {
  const empty = { rows: 0, columns: 2, pageRows: 10 }
  expect(movePosition({ row: -1, column: 0 }, press('ArrowDown'), empty)).toEqual({
    row: -1,
    column: 0,
  })
})

it('selects from either corner, without the header', () => {
  expect(rangeBetween({ row: 3, column: 1 }, { row: -1, column: 4 })).toEqual({
    top: 0,
    bottom: 3,
    left: 1,
    right: 4,
  })
})
