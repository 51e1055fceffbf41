import { expectTypeOf, it } from 'vitest'
import * as z from 'zod'

import { defineContract } from './contract.ts'
import { operation } from './operation.ts'

it('keeps names and schemas as they were declared', () => {
  const contract = defineContract({
    name: 'weather',
    type: 'weather-forecast',
    target: 'place',
    version: '1.0.0',
    operations: {
      forecast: operation({
        title: 'Forecast',
        description: 'Highs.',
        params: () => z.object({ place: z.string(), days: z.int().default(3) }),
        result: () => z.object({ highs: z.array(z.number()) }),
        examples: [{ params: { place: 'Oslo' }, result: { highs: [1] } }],
      }),
    },
  })
  expectTypeOf(contract.name).toEqualTypeOf<'weather'>()
  type Forecast = (typeof contract.operations)['forecast']
  expectTypeOf<z.output<Forecast['params']>>().toEqualTypeOf<{ place: string; days: number }>()
})

it('does not let an example say what the schema never mentioned', () => {
  operation({
    title: '',
    description: '',
    params: () => z.object({ a: z.string() }),
    result: () => z.string(),
    // @ts-expect-error an excess key in an example
    examples: [{ params: { a: '', oops: 1 } }],
  })
})

it('does not let an operation go without an example', () => {
  operation({
    title: '',
    description: '',
    params: () => z.object({}),
    result: () => z.string(),
    // @ts-expect-error at least one example
    examples: [],
  })
})

it('does not let an alias name an operation that is not there', () => {
  defineContract({
    name: 'a',
    type: 'a',
    target: 't',
    version: '1.0.0',
    operations: {},
    // @ts-expect-error no such operation
    aliases: { b: 'missing' },
  })
})
