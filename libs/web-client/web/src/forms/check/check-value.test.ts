import { expect, it } from 'vitest'

import { checkValue } from './check-value.ts'
import { serverErrors } from './server-errors.ts'

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 5 },
    days: { type: 'integer', minimum: 1, maximum: 14 },
    share: { type: 'number', exclusiveMinimum: 0 },
    mode: { enum: ['fast', null] },
    tags: { type: 'array', items: { $ref: '#/$defs/tag' }, maxItems: 2 },
    step: {
      anyOf: [
        {
          type: 'object',
          properties: { kind: { const: 'wait' }, ms: { type: 'integer', minimum: 1 } },
          required: ['kind', 'ms'],
        },
        {
          type: 'object',
          properties: { kind: { const: 'call' }, url: { type: 'string' } },
          required: ['kind', 'url'],
        },
      ],
    },
    value: { anyOf: [{ type: 'number' }, { type: 'string' }] },
    'a/b c': { type: 'boolean' },
    headers: {
      type: 'object',
      propertyNames: { pattern: '^[a-z]+$' },
      additionalProperties: { type: 'string' },
    },
  },
  required: ['name'],
  additionalProperties: false,
  $defs: { tag: { type: 'string', pattern: '^[a-z]+$' } },
}

it.each<[value: Readonly<Record<string, unknown>>, path: string, message: string]>([
  [{ name: '' }, 'name', 'Must not be empty.'],
  [{ name: 'abcdef' }, 'name', 'Must have at most 5 characters.'],
  [{}, 'name', 'Required.'],
  [{ name: 'a', days: 15 }, 'days', 'Must be at most 14.'],
  [{ name: 'a', days: 0 }, 'days', 'Must be at least 1.'],
  [{ name: 'a', days: 1.5 }, 'days', 'Must be a whole number.'],
  [{ name: 'a', days: 'two' }, 'days', 'Must be a whole number.'],
  [{ name: 'a', share: 0 }, 'share', 'Must be greater than 0.'],
  [{ name: 'a', mode: 'slow' }, 'mode', 'Must be one of "fast", null.'],
  [{ name: 'a', tags: ['a', 'B'] }, 'tags 1', 'Must match ^[a-z]+$.'],
  [{ name: 'a', tags: ['a', 'b', 'c'] }, 'tags', 'Must have at most 2 items.'],
  [{ name: 'a', step: { kind: 'wait', ms: 0 } }, 'step ms', 'Must be at least 1.'],
  [{ name: 'a', step: { kind: 'none' } }, 'step', 'Must match one of the variants.'],
  [{ name: 'a', value: true }, 'value', 'Must match one of the variants.'],
  [{ name: 'a', 'a/b c': 1 }, 'a/b c', 'Must be true or false.'],
  [{ name: 'a', other: 1 }, 'other', 'Unknown property.'],
  [{ name: 'a', headers: { A: 'x' } }, 'headers', 'Property name "A" does not match schema.'],
])('reports %j at %s', (value, path, message) => {
  expect(checkValue(schema, value)).toEqual([
    { path: path === 'a/b c' ? [path] : path.split(' '), message },
  ])
})

it('accepts an empty text, a missing optional field and null in an enumeration', () => {
  expect(
    checkValue({ type: 'object', properties: { text: { type: 'string' } } }, { text: '' }),
  ).toEqual([])
  expect(checkValue(schema, { name: 'a', mode: null })).toEqual([])
})

it.each([
  ['an unknown reference', { $ref: '#/$defs/missing' }],
  ['an invalid pattern', { type: 'string', pattern: '[' }],
])('leaves %s to the server', (_name, broken) => {
  expect(checkValue(broken, 'x')).toEqual([])
})

it.each([
  [
    ['payload', 'params', 'a', 0],
    ['a', '0'],
  ],
  [['payload', 'root'], ['root']],
  [['params', 'a'], ['a']],
  [['a'], ['a']],
])('reads the path %j of a server error', (path, field) => {
  const details = { issues: [{ path, message: 'Invalid.' }, 'unexpected'] }
  expect(serverErrors({ details })).toEqual([{ path: field, message: 'Invalid.' }])
})
