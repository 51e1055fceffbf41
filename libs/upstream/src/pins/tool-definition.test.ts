import { expect, it } from 'vitest'

import { definitionOf, differencesOf } from './tool-definition.ts'

const tool = {
  name: 'read',
  description: 'Reads',
  inputSchema: { type: 'object', properties: { a: { type: 'string' }, b: {} } },
}

it('does not depend on the order of keys', () => {
  const reordered = {
    inputSchema: { properties: { b: {}, a: { type: 'string' } }, type: 'object' },
    description: 'Reads',
    name: 'read',
  }
  expect(differencesOf(definitionOf(tool), definitionOf(reordered))).toEqual([])
})

it('returns the fields that differ, were added or were removed', () => {
  const { description: _description, ...changed } = {
    ...tool,
    annotations: { readOnlyHint: true },
    inputSchema: { type: 'object' },
  }
  expect(differencesOf(definitionOf(tool), definitionOf(changed))).toEqual([
    { field: 'description', before: '"Reads"' },
    {
      field: 'inputSchema',
      before: '{"properties":{"a":{"type":"string"},"b":{}},"type":"object"}',
      after: '{"type":"object"}',
    },
    { field: 'annotations', after: '{"readOnlyHint":true}' },
  ])
})
