import { expect, it } from 'vitest'

import { paramHeaders } from './param-headers.ts'

const schema = {
  properties: {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    nested: { properties: { dry: { type: 'boolean', 'x-mcp-header': 'Dry' } } },
    count: { type: 'integer', 'x-mcp-header': 'Count' },
    list: { items: { 'x-mcp-header': 'Item' } },
    bad: { type: 'string', 'x-mcp-header': 'no spaces' },
    plain: { type: 'string' },
  },
}

it('returns the marked arguments, also nested ones', () => {
  const args = { region: 'eu', nested: { dry: false }, count: 3, list: ['x'], bad: 'x', plain: 'x' }
  expect(paramHeaders(schema, args)).toEqual({
    'Mcp-Param-Region': 'eu',
    'Mcp-Param-Dry': 'false',
    'Mcp-Param-Count': '3',
  })
})

it('omits arguments that are absent or not primitive', () => {
  expect(paramHeaders(schema, { region: null, nested: 3, count: { a: 1 } })).toEqual({})
  expect(paramHeaders(undefined, { region: 'eu' })).toEqual({})
})

it('encodes what a header cannot carry', () => {
  expect(paramHeaders(schema, { region: 'Åland' })).toEqual({
    'Mcp-Param-Region': '=?base64?w4VsYW5k?=',
  })
  expect(paramHeaders(schema, { region: ' x' })).toEqual({ 'Mcp-Param-Region': '=?base64?IHg=?=' })
  expect(paramHeaders(schema, { region: '' })).toEqual({ 'Mcp-Param-Region': '=?base64??=' })
  expect(paramHeaders(schema, { region: '=?base64?eA==?=' })['Mcp-Param-Region']).not.toBe(
    '=?base64?eA==?=',
  )
})
