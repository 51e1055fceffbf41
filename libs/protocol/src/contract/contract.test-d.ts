import { expectTypeOf, it } from 'vitest'
import * as z from 'zod'

import { defineContract } from './contract.ts'
import type { ParamsOf, ResultOf } from './contract.ts'
import { operation } from './operation.ts'

it('preserves the declared names and schemas', () => {
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
        chunk: () => z.object({ high: z.number() }),
        examples: [{ params: { place: 'Oslo' }, result: { highs: [1] } }],
      }),
    },
  })
  expectTypeOf<ParamsOf<typeof contract, 'forecast'>>().toEqualTypeOf<{
    place: string
    days?: number | undefined
  }>()
  expectTypeOf<ResultOf<typeof contract, 'forecast'>>().toEqualTypeOf<{ highs: number[] }>()
  expectTypeOf(contract.name).toEqualTypeOf<'weather'>()
  type Forecast = (typeof contract.operations)['forecast']
  expectTypeOf<z.output<Forecast['params']>>().toEqualTypeOf<{ place: string; days: number }>()
})

it('rejects an example with a key that the schema does not have', () => {
  operation({
    title: '',
    description: '',
    params: () => z.object({ a: z.string() }),
    result: () => z.string(),
    // @ts-expect-error an excess key in an example
    examples: [{ params: { a: '', oops: 1 } }],
  })
})

it('rejects an operation without an example', () => {
  operation({
    title: '',
    description: '',
    params: () => z.object({}),
    result: () => z.string(),
    // @ts-expect-error at least one example
    examples: [],
  })
})

it('rejects an alias of an operation that does not exist', () => {
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
