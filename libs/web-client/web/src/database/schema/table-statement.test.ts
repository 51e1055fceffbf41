import { expect, it } from 'vitest'

import { tableStatement } from './table-statement.ts'

it.each([
  ['public', 'notes', 'postgresql', 'notes'],
  ['main', 'notes', 'sqlite', 'notes'],
  ['shop', 'Order "x"', 'postgresql', 'shop."Order ""x"""'],
  ['shop', 'my order', 'mysql', 'shop.`my order`'],
])('reads the table %s.%s of %s', (schema, name, dialect, expected) => {
  expect(tableStatement({ schema, name }, dialect)).toBe(`SELECT *\nFROM ${expected}`)
})
