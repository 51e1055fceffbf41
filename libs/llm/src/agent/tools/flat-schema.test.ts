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

const part = (...names: string[]) => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  required: names,
})

it('joins the parts of an intersection, and requires the properties that any part requires', () => {
  expect(flatSchema({ allOf: [part('a'), part('b')] })).toMatchObject({ required: ['a', 'b'] })
})

it.each(['anyOf', 'oneOf'])('requires no variant of %s beside an intersection', (union) => {
  const schema = {
    ...part('own'),
    allOf: [part('all')],
    [union]: [part('shared', 'left'), part('shared', 'right')],
  }
  const flat = flatSchema(schema)
  expect(flat['required']).toEqual(['own', 'shared', 'all'])
  expect(Object.keys(Object(flat['properties']))).toEqual(
    expect.arrayContaining(['own', 'all', 'shared', 'left', 'right']),
  )
  expect(flatSchema({ allOf: [schema, part('more')] })).toMatchObject({
    required: ['own', 'shared', 'all', 'more'],
  })
})

it('requires what each of two unions requires', () => {
  const schema = { anyOf: [part('a'), part('a', 'b')], oneOf: [part('c'), part('c', 'd')] }
  expect(flatSchema(schema)).toMatchObject({ required: ['a', 'c'] })
})
