import { expect, it } from 'vitest'

import { flatSchema } from './flat-schema.ts'

it('leaves an object unchanged', () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'number' } },
    required: ['a'],
    additionalProperties: false,
  }
  expect(flatSchema(schema)).toEqual(schema)
})

it('turns an empty schema into an object', () => {
  expect(flatSchema({})).toEqual({ type: 'object', properties: {} })
})

it('joins the variants of a union, and requires the properties that all variants require', () => {
  const variant = (kind: string, own: string) => ({
    type: 'object',
    properties: { kind: { const: kind }, [own]: { type: 'string' } },
    required: ['kind', own],
  })
  expect(flatSchema({ anyOf: [variant('a', 'left'), variant('b', 'right')] })).toEqual({
    type: 'object',
    properties: {
      kind: { anyOf: [{ const: 'a' }, { const: 'b' }] },
      left: { type: 'string' },
      right: { type: 'string' },
    },
    required: ['kind'],
  })
})

it('joins the parts of an intersection, and requires the properties that any part requires', () => {
  const part = (name: string) => ({
    type: 'object',
    properties: { [name]: { type: 'string' } },
    required: [name],
  })
  expect(flatSchema({ allOf: [part('a'), part('b')] })).toMatchObject({ required: ['a', 'b'] })
})
