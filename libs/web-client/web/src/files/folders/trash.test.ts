import { expect, it } from 'vitest'

import { isInTrash, originalPath } from './trash.ts'

it.each([
  ['.trash/20261129T101500Z-a1b2c3/notes/todo.md', 'notes/todo.md', true],
  ['.trash/20261129T101500Z-a1b2c3', undefined, true],
  ['.trash', undefined, true],
  ['.trashed/x/y', undefined, false],
  ['notes/.trash/x/y', undefined, false],
])('returns where %s was: %s', (path, original, isDeleted) => {
  expect(originalPath(path)).toBe(original)
  expect(isInTrash(path)).toBe(isDeleted)
})
