import { expect, it } from 'vitest'

import { clampWidth, fitColumns, isNumeric } from './column-widths.ts'

const grid = {
  columns: [{ name: 'id', type: 'int4' }, { name: 'body' }, { name: 'a_rather_long_name' }],
  rows: [
    [1, 'x'.repeat(5000), null],
    [2, 'short', true],
  ],
}

it('fits columns to their header and first rows, within limits', () => {
  const [id = 0, body = 0, name = 0] = fitColumns(grid)
  expect(id).toBeGreaterThanOrEqual(48)
  expect(body).toBe(380)
  expect(name).toBeGreaterThan(id)
  expect(name).toBeLessThan(body)
  expect(fitColumns({ columns: [], rows: [] })).toEqual([])
})

it('keeps a width within limits', () => {
  expect([clampWidth(3), clampWidth(90.4), clampWidth(1e6)]).toEqual([48, 90, 2000])
})

it('recognises numbers', () => {
  expect([0, 1, 2].map((index) => isNumeric(grid, index))).toEqual([true, false, false])
})
