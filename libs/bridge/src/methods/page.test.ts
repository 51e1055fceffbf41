import { expect, it } from 'vitest'

import { mergedPage } from './foreign-servers.ts'
import { pageOf } from './page.ts'

const numbers = Array.from({ length: 2500 }, (_, index) => index)

it('returns the pages of a list', () => {
  expect(pageOf(numbers, undefined)).toEqual({
    items: numbers.slice(0, 1000),
    next: { nextCursor: '1000' },
  })
  expect(pageOf(numbers, '2000')).toEqual({ items: numbers.slice(2000), next: {} })
})

it.each(['', ' 5', '1e1', '0x1', '-1', '9999', true, null, 5, [5]])(
  'refuses the invalid cursor %j',
  (cursor) => {
    expect(() => pageOf(numbers, cursor)).toThrow('Invalid cursor')
  },
)

it.each(['servers:', 'servers: 1', 'servers:1e0', 'servers:2'])(
  'refuses the invalid cursor %s of a merged list',
  async (cursor) => {
    const own = async () => ({ items: [], nextCursor: undefined })
    await expect(mergedPage(cursor, own, async () => [])).rejects.toThrow('Invalid cursor')
  },
)
