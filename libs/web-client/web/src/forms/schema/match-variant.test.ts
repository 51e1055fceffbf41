import { expect, it } from 'vitest'

import { formOf } from './form-part.ts'
import type { FormPart } from './form-part.ts'
import { matchVariant, startOf } from './match-variant.ts'

const text = { type: 'string' }
const objectOf = (properties: object, required: string[] = []) => ({
  type: 'object',
  properties,
  required,
})

function variantsOf(...anyOf: unknown[]): readonly FormPart[] {
  const { part } = formOf({ anyOf })
  if (part.kind !== 'union') throw new Error(`Not a union: ${part.kind}`)
  return part.variants
}

const scalars = variantsOf({ type: 'integer' }, text, { type: 'null' }, { type: 'boolean' })
const lists = variantsOf(
  { type: 'array', items: text },
  { type: 'array', items: { type: 'number' } },
)
const steps = variantsOf(
  objectOf({ kind: { const: 'wait' }, ms: { type: 'integer' }, note: text }, ['kind', 'ms']),
  objectOf({ kind: { const: 'call' }, url: text, note: text }, ['kind', 'url']),
)
const plain = variantsOf(objectOf({ a: text }, ['a']), objectOf({ b: text }, ['b']))

it.each([
  [scalars, 1, 0],
  [scalars, 'a', 1],
  [scalars, null, 2],
  [scalars, false, 3],
  [scalars, undefined, -1],
  [scalars, {}, -1],
  [lists, ['a'], 0],
  [lists, [1], 1],
  [steps, { kind: 'call' }, 1],
  [steps, { kind: 'wait', ms: 3 }, 0],
  [steps, { kind: 'none' }, -1],
  [plain, { b: 'x' }, 1],
])('finds the variant of a value: %#', (variants, value, index) => {
  expect(matchVariant(variants, value)).toBe(index)
})

it('starts a variant with its discriminator and the properties that both variants have', () => {
  const [, call] = steps
  expect(call && startOf(call, { kind: 'wait', ms: 3, note: 'n' })).toEqual({
    kind: 'call',
    note: 'n',
  })
})
