import { expect, it } from 'vitest'

import { nextSorting, sortRows } from './sort-rows.ts'

it.each([
  ['numbers', [10, 9, null, -1], [-1, 9, 10, null]],
  ['decimal texts', ['10', '9', '9.5', null], ['9', '9.5', '10', null]],
  ['texts', ['b', 'A', '', null, 'a'], ['', 'A', 'a', 'b', null]],
  ['mixed values', ['10', 'x', 9], ['10', 9, 'x']],
  ['booleans', [true, false], [false, true]],
  ['absent values', [undefined, 1, null], [1, undefined, null]],
])('sorts %s, with NULL last', (_name, values, expected) => {
  const rows = values.map((value) => [value])
  const sorted = sortRows(rows, { column: 0, isDescending: false })
  expect(sorted.map((index) => values[index])).toEqual(expected)
})

it('keeps NULL last and the order of equal rows when descending', () => {
  const rows = [[1], [null], [2], [1]]
  expect(sortRows(rows, { column: 0, isDescending: true })).toEqual([2, 0, 3, 1])
})

it('goes from ascending to descending and back to the loaded order', () => {
  const first = nextSorting(undefined, 2)
  expect(first).toEqual({ column: 2, isDescending: false })
  const second = nextSorting(first, 2)
  expect(second).toEqual({ column: 2, isDescending: true })
  expect(nextSorting(second, 2)).toBeUndefined()
  expect(nextSorting(second, 1)).toEqual({ column: 1, isDescending: false })
})
