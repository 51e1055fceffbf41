import { expect, it } from 'vitest'

import { compileArgument } from './argument-schema.ts'

const argument = { name: 'a', description: '', required: true, completions: [] }

it('takes no inherited property for one of the value', () => {
  const optional = { type: 'object', properties: { valueOf: { type: 'string' } } }
  expect(compileArgument({ ...argument, schema: optional }).parse({})).toEqual({})
  const required = { type: 'object', required: ['constructor'] }
  expect(() => compileArgument({ ...argument, schema: required }).parse({})).toThrow(
    "arguments.a must have required property 'constructor'",
  )
})
