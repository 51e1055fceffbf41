import { expect, it, vi } from 'vitest'

import { pressGridKey } from './grid-keys.ts'

interface KeyState {
  readonly row?: number
  readonly isWide?: boolean
  readonly rows?: number
  readonly altKey?: boolean
  readonly ctrlKey?: boolean
  readonly shiftKey?: boolean
}

const press = (key: string, { row = 2, isWide = false, rows = 5, ...keys }: KeyState = {}) => {
  const actions = {
    moveTo: vi.fn<(next: unknown, isExtending: boolean) => void>(),
    selectAll: vi.fn<() => void>(),
    clearSelection: vi.fn<() => void>(),
    open: vi.fn<(cell: unknown) => void>(),
    sort: vi.fn<(column: number) => void>(),
    widen: vi.fn<(column: number, pixels: number) => void>(),
  }
  const event = { key, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...keys }
  const size = { rows, columns: 3, pageRows: 2 }
  const isUsed = pressGridKey(event, { active: { row, column: 1 }, isWide, size }, actions)
  const calls = Object.entries(actions).flatMap(([name, action]) =>
    action.mock.calls.map((args) => [name, ...args]),
  )
  return { isUsed, calls }
}

it.each([
  ['ArrowDown', {}, ['moveTo', { row: 3, column: 1 }, false]],
  ['ArrowDown', { shiftKey: true }, ['moveTo', { row: 3, column: 1 }, true]],
  ['ArrowUp', { row: 0, shiftKey: true }, ['moveTo', { row: -1, column: 1 }, false]],
  ['ArrowRight', { altKey: true }, ['widen', 1, 16]],
  ['ArrowLeft', { altKey: true, row: -1 }, ['widen', 1, -16]],
  ['Enter', {}, ['open', { row: 2, column: 1 }]],
  ['Enter', { row: -1 }, ['sort', 1]],
  ['a', { ctrlKey: true }, ['selectAll']],
  ['Escape', { isWide: true }, ['clearSelection']],
])('runs the action of %s with %j', (key, state, call) => {
  expect(press(key, state)).toEqual({ isUsed: true, calls: [call] })
})

it.each([
  ['Escape', {}],
  ['x', {}],
  ['Tab', {}],
  ['ArrowUp', { altKey: true }],
])('leaves %s with %j to the browser', (key, state) => {
  expect(press(key, state)).toEqual({ isUsed: false, calls: [] })
})

it('opens nothing in a grid without rows', () => {
  expect(press('Enter', { row: 0, rows: 0 }).calls).toEqual([])
})
