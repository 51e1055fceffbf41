import { expect, it } from 'vitest'
import * as z from 'zod'

import { checkContract } from './check-contract.ts'
import { defineContract } from './contract.ts'
import { describeContract, describeOperation } from './describe-contract.ts'
import { operation } from './operation.ts'

const weather = defineContract({
  name: 'weather',
  type: 'weather-forecast',
  target: 'place',
  version: '1.0.0',
  notifications: { 'weather-alert': z.object({ level: z.int() }) },
  aliases: { 'ask-weather': 'forecast' },
  operations: {
    forecast: operation({
      title: 'Forecast',
      description: 'Highs for the coming days.',
      params: () => z.object({ place: z.string(), days: z.int().default(3) }),
      result: () => z.object({ highs: z.array(z.number()) }),
      hints: { readOnly: true },
      examples: [{ title: 'Weather in Oslo', params: { place: 'Oslo' } }],
    }),
  },
})

it('accepts a valid contract', () => {
  expect(checkContract(weather)).toEqual([])
})

it('describes an operation with the target next to its params, as in a request', () => {
  const [forecast] = describeContract(weather, 'mcp-server-8').operations
  expect(forecast).toMatchObject({
    type: 'weather-forecast',
    targetKey: 'place',
    targetRequired: true,
    targetSchema: { type: 'string' },
    paramsSchema: { type: 'object', properties: { days: { type: 'integer', default: 3 } } },
    hints: { readOnly: true, idempotent: true, destructive: false },
    audience: 'model',
    examples: [{ title: 'Weather in Oslo', target: 'Oslo', params: {} }],
  })
  expect(forecast?.paramsSchema).not.toHaveProperty('required')
})

it('describes core and definition only if the operation declares them', () => {
  const { forecast } = weather.operations
  const describe = (declared: Partial<typeof forecast>) =>
    describeOperation('forecast', { ...forecast, ...declared }, { type: 't', targetKey: 'place' })
  const definition = { _meta: { 'ui/resourceUri': 'ui://forecast' } }
  expect(describe({ core: true, definition })).toMatchObject({ core: true, definition })
  expect(Object.keys(describe({ core: false }))).toEqual(Object.keys(describe({})))
})

it('claims its type and its aliases', () => {
  expect(describeContract(weather, 's').routes.map(({ type }) => type)).toEqual([
    'weather-forecast',
    'ask-weather',
  ])
})

it('builds schemas when they are first read', () => {
  let built = 0
  const lazy = operation({
    title: 'Lazy',
    description: 'Counts.',
    params: () => {
      built++
      return z.object({})
    },
    result: () => z.number(),
    examples: [{ params: {} }],
  })
  expect(built).toBe(0)
  expect(lazy.params).toBe(lazy.params)
  expect(built).toBe(1)
})

it.each([
  ['the params', { params: {}, result: z.string() }],
  ['the result', { params: z.object({}), result: { _def: {} } }],
  ['the chunk', { params: z.object({}), result: z.string(), chunk: 'text' }],
])('refuses %s of another schema library', (what, schemas) => {
  const info = { title: 'Old', description: '', examples: [{ params: {} }] }
  // Values of another library, as in JavaScript.
  const declare = (definition: object) => Reflect.apply(operation, undefined, [definition])
  const message = new RegExp(`${what.slice(4)} of "Old" is not a zod 4 schema: install zod 4`)
  expect(() => declare({ ...info, ...schemas })).toThrow(message)
  const lazy = Object.entries(schemas).map(([key, schema]) => [key, () => schema])
  const lazily = declare({ ...info, ...Object.fromEntries(lazy) })
  expect(() => [lazily.params, lazily.result, lazily.chunk]).toThrow(message)
})

it('refuses a notification of another schema library', () => {
  const definition = {
    name: 'weather',
    type: 'weather-forecast',
    target: 'place',
    version: '1.0.0',
    operations: {},
    notifications: { 'weather-alert': { _def: {} } },
  }
  expect(() => Reflect.apply(defineContract, undefined, [definition])).toThrow(
    'The schema of the notification "weather-alert" is not a zod 4 schema',
  )
})

it('reports mistakes that types cannot prevent', () => {
  const wrong = defineContract({
    name: 'Wrong Name',
    type: 'wrong',
    target: 'params',
    version: '1',
    operations: {
      'no-camel': operation({
        title: '',
        description: 'x',
        params: () => z.object({ a: z.string().min(2) }),
        result: () => z.object({ at: z.string().default('now') }),
        examples: [{ params: { a: 'x' } }],
      }),
    },
  })
  expect(checkContract(wrong).join('\n')).toMatch(
    /kebab-case[\s\S]*"params"[\s\S]*semantic[\s\S]*camelCase[\s\S]*no title[\s\S]*default[\s\S]*example 0/,
  )
})
