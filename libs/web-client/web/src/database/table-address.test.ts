import { expect, it } from 'vitest'

import { readTable, tableAddress } from './table-address.ts'

it.each([
  { schema: 'main', name: 'notes' },
  { schema: 'a&b', name: 'Größe + 50 %' },
])('names the table $name in an address', (table) => {
  const address = tableAddress('shop', table)
  expect(address).toMatch(/^\/database\/shop\?/)
  expect(readTable(address.slice(address.indexOf('?')))).toEqual(table)
})

it.each(['', '?table=notes', '?schema=main', '?sql=x'])('reads no table from "%s"', (query) => {
  expect(readTable(query)).toBeUndefined()
})
