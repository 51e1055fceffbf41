import { expect, it } from 'vitest'

import { characterWidth, layoutLine } from './layout-line.ts'

it.each([
  ['an empty line', '', 0, [''], [0, 0]],
  ['a short line', 'abc', 1, ['abc'], [0, 1]],
  ['several lines', 'ab\nc', 4, ['ab', 'c'], [1, 1]],
  ['the cursor before a line feed', 'ab\nc', 2, ['ab', 'c'], [0, 2]],
  ['a line that is longer than the width', 'abcdefgh', 6, ['abcde', 'fgh'], [1, 1]],
  ['the cursor after a full row', 'abcde', 5, ['abcde', ''], [1, 0]],
  ['a wide character that does not fit', 'abcd字', 5, ['abcd', '字'], [1, 2]],
  ['a tab as two columns', '\ta', 1, ['  a'], [0, 2]],
  ['the rows around the cursor: the last ones', '1\n2\n3\n4', 7, ['2', '3', '4'], [2, 1]],
  ['the rows around the cursor: the first ones', '1\n2\n3\n4', 0, ['1', '2', '3'], [0, 0]],
])('shows %s', (_name, text, cursor, rows, [cursorRow, cursorColumn]) => {
  const layout = layoutLine({ text, cursor }, { width: 5, maxRows: 3 })
  expect(layout).toEqual({ rows, cursorRow, cursorColumn })
})

it.each([
  ['a', 1],
  ['é', 1],
  ['e\u0301', 1],
  ['字', 2],
  ['한', 2],
  ['👩‍👧', 2],
  ['❤️', 2],
  ['\u200b', 0],
])('knows the width of %j', (character, columns) => {
  expect(characterWidth(character)).toBe(columns)
})
