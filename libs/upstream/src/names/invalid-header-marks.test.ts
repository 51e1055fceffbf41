import { expect, it } from 'vitest'

import { findInvalidHeaderMark } from './invalid-header-marks.ts'

const marked = (name: unknown, type: unknown = 'string') => ({ type, 'x-mcp-header': name })
const withProperties = (properties: object) => ({ type: 'object', properties })

it('accepts marks on primitive arguments, also nested ones', () => {
  expect(
    findInvalidHeaderMark(
      withProperties({
        region: marked('Region'),
        nested: withProperties({ count: marked('Count', 'integer') }),
        plain: { type: 'array', items: { type: 'object' } },
        'x-mcp-header': { type: 'string' },
      }),
    ),
  ).toBeUndefined()
  expect(findInvalidHeaderMark(undefined)).toBeUndefined()
})

it.each([
  ['an empty name', { a: marked('') }],
  ['a name that is not a text', { a: marked(3) }],
  ['a space', { a: marked('My Region') }],
  ['a colon', { a: marked('Region:Primary') }],
  ['a control character', { a: marked('Region\t1') }],
  ['an object', { a: marked('A', 'object') }],
  ['a number, which has no exact text', { a: marked('A', 'number') }],
  ['several types', { a: marked('A', ['string', 'null']) }],
  ['the same name in another case', { a: marked('MyField'), b: marked('myfield') }],
  ['items of a list', { a: { type: 'array', items: marked('A') } }],
  ['an alternative', { a: { anyOf: [marked('A')] } }],
  ['a map', { a: { additionalProperties: marked('A') } }],
])('refuses %s', (_title, properties) => {
  expect(findInvalidHeaderMark(withProperties(properties))).toContain('"')
})

it('refuses a mark of the whole arguments, and of a definition', () => {
  expect(findInvalidHeaderMark({ type: 'object', 'x-mcp-header': 'A' })).toBeDefined()
  expect(findInvalidHeaderMark({ type: 'object', $defs: { a: marked('A') } })).toBeDefined()
})
