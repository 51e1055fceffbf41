import type { JsonSchema } from '@mcp/protocol'
import { describe, expect, it } from 'vitest'

import { formOf } from './form-part.ts'

/** Returns the parts that the JSON editor edits, as `path: reason`. */
const jsonOnlyOf = (schema: JsonSchema) =>
  formOf(schema).jsonOnly.map(({ path, reason }) => `${path}: ${reason}`)

const text = { type: 'string' }
const objectOf = (properties: JsonSchema, rest: JsonSchema = {}) => ({
  type: 'object',
  properties,
  ...rest,
})

describe('the parts of a form', () => {
  const textPart = { kind: 'text', isLong: false }
  const numberPart = { kind: 'number', isInteger: false }

  it.each<[name: string, schema: JsonSchema, part: unknown]>([
    ['a text', text, textPart],
    [
      'a default and bounds',
      { type: 'integer', default: 3, minimum: 1, maximum: 9 },
      { kind: 'number', isInteger: true, preset: 3, bounds: '1 to 9' },
    ],
    ['the bounds of every integer', { type: 'number', maximum: 2 ** 53 - 1 }, numberPart],
    ['an enumeration with null', { enum: ['a', null] }, { kind: 'choice', values: ['a', null] }],
    [
      'a tuple',
      { prefixItems: [text, { type: 'number' }] },
      { kind: 'tuple', items: [textPart, numberPart] },
    ],
    [
      'a tuple with further items',
      { prefixItems: [text], items: { type: 'number' } },
      { kind: 'tuple', items: [textPart], rest: numberPart },
    ],
    [
      'a list of types',
      { type: ['string', 'null'], minLength: 2, description: 'D' },
      {
        kind: 'union',
        description: 'D',
        variants: [
          { ...textPart, bounds: 'at least 2 characters', title: 'Text' },
          { kind: 'constant', value: null, title: 'null' },
        ],
      },
    ],
    [
      'a union of constants',
      { anyOf: [{ const: 1 }, { enum: ['b'] }] },
      { kind: 'choice', values: [1, 'b'] },
    ],
    [
      'a record of texts',
      { type: 'object', propertyNames: { pattern: 'x' }, additionalProperties: text },
      { kind: 'record', value: textPart },
    ],
    [
      'a reference with its own description',
      objectOf({ a: { $ref: '#/$defs/t', description: 'D' } }, { $defs: { t: text } }),
      {
        kind: 'object',
        properties: [{ name: 'a', isRequired: false, part: { ...textPart, description: 'D' } }],
      },
    ],
    [
      'merged schemas',
      {
        allOf: [objectOf({ a: text }, { required: ['a'] }), { $ref: '#/$defs/b' }],
        $defs: { b: objectOf({ b: text }) },
      },
      {
        kind: 'object',
        properties: [
          { name: 'a', isRequired: true, part: textPart },
          { name: 'b', isRequired: false, part: textPart },
        ],
      },
    ],
    [
      'a constant that must be sent, and one that may be',
      objectOf({ a: { const: 1 }, b: { const: 2 } }, { required: ['a'] }),
      {
        kind: 'object',
        properties: [
          { name: 'a', isRequired: true, part: { kind: 'constant', value: 1 } },
          { name: 'b', isRequired: false, part: { kind: 'choice', values: [2] } },
        ],
      },
    ],
    [
      'titled choices',
      { oneOf: [{ const: 'r', title: 'Red' }, { const: 'g' }] },
      { kind: 'choice', values: ['r', 'g'], labels: ['Red', undefined] },
    ],
    [
      'choices with names',
      { enum: ['s', 'l'], enumNames: ['Small', 'Large'] },
      { kind: 'choice', values: ['s', 'l'], labels: ['Small', 'Large'] },
    ],
    [
      'an enumeration of one value',
      objectOf({ a: { enum: ['x'] } }, { required: ['a'] }),
      {
        kind: 'object',
        properties: [{ name: 'a', isRequired: true, part: { kind: 'constant', value: 'x' } }],
      },
    ],
    [
      'properties of which one is required',
      objectOf({ a: text }, { anyOf: [{ required: ['a'] }, { not: { required: ['b'] } }] }),
      { kind: 'object', properties: [{ name: 'a', isRequired: false, part: textPart }] },
    ],
    [
      'further properties',
      objectOf({ a: text }, { additionalProperties: { type: 'number' } }),
      {
        kind: 'object',
        properties: [{ name: 'a', isRequired: false, part: textPart }],
        rest: numberPart,
      },
    ],
    [
      'named properties beside those of a pattern',
      objectOf({ a: text }, { patternProperties: { '^x-': {} } }),
      { kind: 'object', properties: [{ name: 'a', isRequired: false, part: textPart }] },
    ],
    [
      'a tuple of draft-07',
      { type: 'array', items: [text], additionalItems: { type: 'number' } },
      { kind: 'tuple', items: [textPart], rest: numberPart },
    ],
    [
      'an object or null, without a second form for the object',
      objectOf({ a: text }, { type: ['object', 'null'] }),
      {
        kind: 'union',
        variants: [
          {
            kind: 'object',
            properties: [{ name: 'a', isRequired: false, part: textPart }],
            title: 'With a',
          },
          { kind: 'constant', value: null, title: 'null' },
        ],
      },
    ],
    [
      'an object without properties',
      { type: 'object', additionalProperties: false },
      { kind: 'object', properties: [] },
    ],
    [
      'a text of several lines',
      objectOf({ sql: text }),
      {
        kind: 'object',
        properties: [{ name: 'sql', isRequired: false, part: { kind: 'text', isLong: true } }],
      },
    ],
  ])('%s', (_name, schema, part) => {
    expect(formOf(schema)).toEqual({ part, jsonOnly: [] })
  })

  it('names the variants of a union, and keeps the properties beside it', () => {
    const variants = [
      { title: 'By name', ...objectOf({ name: text }) },
      objectOf({ kind: { const: 'wait' }, ms: { type: 'integer' } }),
      objectOf({ x: text, y: text }, { required: ['x'] }),
    ]
    const { part, jsonOnly } = formOf({ ...objectOf({ id: text }), oneOf: variants })
    expect(jsonOnly).toEqual([])
    expect(part).toMatchObject({
      kind: 'union',
      variants: [{ title: 'By name' }, { title: 'wait' }, { title: 'With x' }],
      shared: { kind: 'object', properties: [{ name: 'id' }] },
    })
  })
})

describe('what the JSON editor edits', () => {
  const node = objectOf({
    name: text,
    children: { type: 'array', items: { $ref: '#/$defs/node' } },
  })

  it.each<[schema: JsonSchema, jsonOnly: string[]]>([
    [objectOf({ a: {} }), ['a: It accepts a value of any type.']],
    [objectOf({ a: { description: 'D' } }), ['a: It accepts a value of any type.']],
    [objectOf({ a: { type: 'array' } }), ['a: Its items accept values of any type.']],
    [objectOf({ a: { type: 'object' } }), ['a: Its properties are not described.']],
    [
      objectOf({ a: { type: 'object', additionalProperties: {} } }),
      ['a: Its properties accept values of any type.'],
    ],
    [
      objectOf({ a: { type: 'object', patternProperties: { '^x': text } } }),
      ['a: The names of its properties follow a pattern.'],
    ],
    [objectOf({ a: { anyOf: [text, {}] } }), ['a: It accepts a value of any type.']],
    [{ $ref: '#/$defs/node', $defs: { node } }, ['children: Its schema refers to itself.']],
    [objectOf({ a: objectOf({ next: { $ref: '#' } }) }), ['a.next: Its schema refers to itself.']],
    [{ $ref: '#' }, [': Its schema refers to itself.']],
    [objectOf({ a: { $dynamicRef: '#node' } }), ['a: Its schema refers to itself.']],
    [
      objectOf({ a: { type: 'object', additionalProperties: { $ref: '#' } } }),
      ['a: Its schema refers to itself.'],
    ],
    [
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      { type: 'object', allOf: [{ if: {}, then: objectOf({ a: text }) }, { if: {} }] },
      [': Its fields depend on the values of other fields.'],
    ],
    [
      { $ref: 'https://example.com/schema' },
      [': Its schema refers to "https://example.com/schema", which is not part of the schema.'],
    ],
    [
      { allOf: [{ type: 'string' }, { type: 'number' }] },
      [': It combines schemas that a form cannot merge.'],
    ],
    [
      {
        ...objectOf({ kind: text }),
        if: objectOf({ kind: { const: 'a' } }),
        // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
        then: objectOf({ more: text }),
      },
      [': Its fields depend on the values of other fields.'],
    ],
  ])('%j', (schema, jsonOnly) => {
    expect(jsonOnlyOf(schema)).toEqual(jsonOnly)
  })

  it('has an end for wide and deep schemas', () => {
    const wide = objectOf(
      Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, text])),
    )
    expect(jsonOnlyOf(wide)).toContain('f4999: The schema is too large for a form.')
    const deep = Array.from({ length: 50 }).reduce<JsonSchema>(
      (inner) => objectOf({ a: inner }),
      text,
    )
    expect(jsonOnlyOf(deep)).toEqual([expect.stringContaining('nested too deeply')])
  })

  it('states the reason, and keeps the title and description', () => {
    const { part } = formOf({ title: 'Any', description: 'D', default: [1] })
    expect(part).toEqual({
      kind: 'json',
      title: 'Any',
      description: 'D',
      preset: [1],
      reason: 'It accepts a value of any type.',
    })
  })
})
