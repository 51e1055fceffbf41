import { expectTypeOf, it } from 'vitest'

import type { calculator } from '../fixtures/contracts.ts'
import { weather } from '../fixtures/contracts.ts'
import { createClient } from '../create-client.ts'
import { toolTypes } from '../operations/tool-types.ts'

const client = createClient({
  url: 'http://127.0.0.1:5000',
  contracts: [weather],
  tools: toolTypes<{ calculator: typeof calculator }>(),
})
const session = await client.connect()

it('gives each contract a property and each operation a method', async () => {
  const { highs } = await session.weather.forecast({ place: 'Oslo' })
  expectTypeOf(highs).toEqualTypeOf<number[]>()
  const { items } = await session.tools.list()
  expectTypeOf(items[0]?.operations).toEqualTypeOf<string[] | undefined>()
})

it('accepts the input type of the schema, in which params with a default are optional', async () => {
  await session.weather.forecast({ place: 'Oslo', days: 2 })
  await session.weather.places()
  await session.weather.places({ limit: 3 }, { timeoutMs: 100 })
})

it('infers the type of a chunk', async () => {
  await session.weather.forecast(
    { place: 'Oslo' },
    {
      onChunk(chunk) {
        expectTypeOf(chunk).toEqualTypeOf<{ high: number }>()
      },
    },
  )
})

it('rejects an operation that the contract does not have', async () => {
  // @ts-expect-error there is no such operation
  await session.weather.forcast({ place: 'Oslo' })
  // @ts-expect-error there is no such contract
  await session.news.list()
  // @ts-expect-error a param of another type
  await session.weather.forecast({ place: 4 })
  // @ts-expect-error an unknown param
  await session.weather.forecast({ place: 'Oslo', month: 4 })
  // @ts-expect-error a param that must be there
  await session.weather.forecast()
  // @ts-expect-error an unknown param of a built-in operation
  await session.tools.list({ word: 'calc' })
})

it('types the calls of known tools', async () => {
  const sum = await session.tools.execute({
    tool: 'calculator',
    operation: 'add',
    params: { a: 1, b: 2 },
  })
  expectTypeOf(sum).toEqualTypeOf<number>()
})

it('rejects invalid calls of known tools', async () => {
  // @ts-expect-error a param of another type
  await session.tools.execute({ tool: 'calculator', operation: 'add', params: { a: 1, b: '2' } })
  // @ts-expect-error there is no such operation
  await session.tools.execute({ tool: 'calculator', operation: 'ad', params: { a: 1, b: 2 } })
  // @ts-expect-error params that must be there
  await session.tools.execute({ tool: 'calculator', operation: 'add' })
})

it('accepts any params for unknown tools', async () => {
  const response = await session.tools.execute({ tool: 'other', operation: 'x', params: { q: 1 } })
  expectTypeOf(response).toEqualTypeOf<unknown>()
  await session.tools.execute({ tool: 'other', operation: 'x' })
  // @ts-expect-error params are an object, whatever the tool
  await session.tools.execute({ tool: 'other', operation: 'x', params: 'q' })
})

it('accepts any params for every tool if no tool is declared', async () => {
  const open = await createClient({ url: 'http://127.0.0.1:5000' }).connect()
  const response = await open.tools.execute({ tool: 'calculator', operation: 'add', params: {} })
  expectTypeOf(response).toEqualTypeOf<unknown>()
  // @ts-expect-error there is no such contract here
  await open.weather.forecast({ place: 'Oslo' })
})

it('types the rows of a query', async () => {
  const { rows } = await session.database.query<{ id: number }>({ sql: 'SELECT 1 AS id' })
  expectTypeOf(rows).toEqualTypeOf<{ id: number }[]>()
  const untyped = await session.database.query({ sql: 'SELECT 1 AS id' })
  expectTypeOf(untyped.rows).toEqualTypeOf<Record<string, unknown>[]>()
  expectTypeOf(untyped.rowCount).toEqualTypeOf<number>()
  const arrays = await session.database.query({ sql: 'SELECT 1', rowFormat: 'array' })
  expectTypeOf(arrays.rows).toEqualTypeOf<unknown[][]>()
  const page = await session.database.fetchPage<{ id: number }>({ cursor: 'c' })
  expectTypeOf(page.rows).toEqualTypeOf<{ id: number }[]>()
  const sample = await session.database.sampleRows<{ id: number }>({ table: 'notes' })
  expectTypeOf(sample.rows).toEqualTypeOf<{ id: number }[]>()
  // @ts-expect-error an unknown param
  await session.database.query({ sql: 'SELECT 1', maxRow: 3 })
})

it('types the data of notifications by the contracts', async () => {
  const types = ['weather-alert', 'database-schema-changed', 'greeting'] as const
  for await (const notification of session.notifications({ types })) {
    if (notification.type === 'weather-alert') {
      expectTypeOf(notification.data).toEqualTypeOf<{ level: number }>()
    } else if (notification.type === 'database-schema-changed') {
      expectTypeOf(notification.data).toEqualTypeOf<{ database: string }>()
    } else {
      expectTypeOf(notification.data).toEqualTypeOf<Readonly<Record<string, unknown>>>()
    }
  }
})

it('yields notifications with their position', async () => {
  for await (const { type, data, position } of session.notifications()) {
    expectTypeOf(type).toEqualTypeOf<string>()
    expectTypeOf(data).toEqualTypeOf<Readonly<Record<string, unknown>>>()
    expectTypeOf(position).toEqualTypeOf<string | undefined>()
  }
})
