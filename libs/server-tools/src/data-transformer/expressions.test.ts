import { expect, it } from 'vitest'

import { query } from './query.ts'
import { validate } from './schemas/validate.ts'

const ask = (
  expression: string,
  data: unknown = {},
  language: 'jsonata' | 'jmespath' = 'jsonata',
) => query.work({ expression, data, language })

it.each(['__proto__.polluted', '__proto__', 'constructor', '$lookup($, "__proto__")'])(
  'finds nothing at %s with jsonata',
  async (expression) => {
    expect(await ask(expression)).toBeNull()
  },
)

it.each(['__proto__', 'constructor', 'toString', '__proto__.constructor'])(
  'finds nothing at %s with jmespath',
  async (expression) => {
    expect(await ask(expression, { a: 1 }, 'jmespath')).toBeNull()
  },
)

it('does not pollute a prototype with the objects that a query builds', async () => {
  await ask('$ ~> |$|{"__proto__": {"polluted": 1}}|', { a: 1 })
  await ask('$merge([{"__proto__": {"polluted": 1}}])')
  await ask('{"__proto__": {"polluted": 1}}')
  expect({}).not.toHaveProperty('polluted')
})

it('returns plain data without functions', async () => {
  expect(await ask('$sum')).toBeNull()
  expect(await ask('{"f": function($x){$x}, "a": 1}')).toEqual({ f: null, a: 1 })
  expect(await ask('a.b', { a: [{ b: 1 }, { b: 2 }] })).toEqual([1, 2])
})

it.each([
  ['a[', 'jsonata', 'expression-syntax'],
  ['$nope(1)', 'jsonata', 'expression-failed'],
  ['1 + "a"', 'jsonata', 'expression-failed'],
  ['a[?', 'jmespath', 'expression-syntax'],
  ['nope(@)', 'jmespath', 'expression-syntax'],
] as const)('reports the error in %s in %s', async (expression, language, reason) => {
  await expect(ask(expression, {}, language)).rejects.toMatchObject({
    code: 'invalid-params',
    details: { path: ['params', 'expression'], reason },
  })
})

it('reports the path of invalid data', async () => {
  const schema = { properties: { a: { type: 'integer' } }, additionalProperties: false }
  expect(await validate.work({ data: { a: 'x', b: 1 }, schema })).toEqual({
    valid: false,
    errors: [
      {
        path: '',
        keyword: 'additionalProperties',
        message: 'must NOT have additional properties: "b"',
      },
      { path: '/a', keyword: 'type', message: 'must be integer' },
    ],
  })
})

it('supports formats and draft 7', async () => {
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', format: 'email' }
  expect(await validate.work({ data: 'nobody', schema })).toMatchObject({ valid: false })
  expect(await validate.work({ data: 'a@b.example', schema })).toMatchObject({ valid: true })
})

it.each([
  [{ $ref: '#' }, 'references itself'],
  [{ $ref: 'https://example.com/schema.json' }, "can't resolve reference"],
  [{ type: 'nope' }, 'schema is invalid'],
  [{ pattern: '(' }, 'invalid schema'],
  [{ $async: true }, '"$async" is not supported'],
  [{ $schema: 'https://example.com/other' }, 'invalid schema'],
])('reports why the schema %j is invalid', async (schema, message) => {
  await expect(validate.work({ data: {}, schema })).rejects.toMatchObject({
    code: 'invalid-params',
    message: expect.stringContaining(message),
    details: { path: ['params', 'schema'] },
  })
})

it('does not run code that is smuggled into a schema', async () => {
  const key = 'a"]; globalThis.smuggled = 1; x["'
  const schema = {
    $id: 'x"; globalThis.smuggled = 1; "',
    $comment: '*/ globalThis.smuggled = 1 /*',
    properties: { [key]: { const: '"; globalThis.smuggled = 1; "' } },
    required: [key],
  }
  expect(await validate.work({ data: { [key]: 1 }, schema })).toMatchObject({ valid: false })
  expect(globalThis).not.toHaveProperty('smuggled')
})

it('reports a string that is too long as such', async () => {
  await expect(ask('$pad("a", 1e9)')).rejects.toMatchObject({
    code: 'invalid-params',
    message: expect.stringContaining('string length'),
  })
})
