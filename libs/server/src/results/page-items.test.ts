import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { pageItems } from './page-items.ts'

const letters = ['a', 'b', 'c', 'd', 'e']
const self = (letter: string): string => letter

it('returns a list page by page', () => {
  const first = pageItems(letters, { limit: 2 }, self)
  expect(first).toEqual({ items: ['a', 'b'], nextCursor: 'b' })
  const second = pageItems(letters, { cursor: first.nextCursor, limit: 3 }, self)
  expect(second).toEqual({ items: ['c', 'd', 'e'] })
})

it('continues after the cursor if other items were added or removed', () => {
  expect(pageItems(['b', 'c', 'x'], { cursor: 'b', limit: 5 }, self).items).toEqual(['c', 'x'])
})

it('returns an empty page without a cursor for an empty list', () => {
  expect(pageItems([], { limit: 10 }, self)).toEqual({ items: [] })
})

it('throws if no item has the cursor', () => {
  expect(() => pageItems(letters, { cursor: 'z', limit: 2 }, self)).toThrow(McpError)
})
