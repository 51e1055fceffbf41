import fc from 'fast-check'
import { expect, it } from 'vitest'

import { diff } from './diff.ts'
import { aggregate } from './lists/aggregate.ts'
import { filter } from './lists/filter.ts'
import { compareValues } from './lists/compare-values.ts'
import { group } from './lists/group.ts'
import { map } from './lists/map.ts'
import { sample } from './lists/sample.ts'
import { sort } from './lists/sort.ts'
import { merge } from './objects/merge.ts'
import { pick } from './objects/pick.ts'
import { inferSchema } from './schemas/infer-schema.ts'
import { validate } from './schemas/validate.ts'

const people = [
  { name: 'Ann', age: 41, tags: ['a', 'b'] },
  { name: 'Bob', age: 29, tags: [] },
  { name: 'Cid', age: null, tags: ['b'] },
]

const names = (list: unknown) => pick.work({ data: list, paths: ['name'], omit: false })

it.each([
  ['age', 'atLeast', 41, ['Ann']],
  ['age', 'lessThan', 41, ['Bob']],
  ['age', 'greaterThan', '3', []],
  ['name', 'notEquals', 'Ann', ['Bob', 'Cid']],
  ['tags', 'contains', 'b', ['Ann', 'Cid']],
  ['tags', 'equals', ['b'], ['Cid']],
  ['name', 'startsWith', 'A', ['Ann']],
  ['name', 'endsWith', 'd', ['Cid']],
  ['name', 'in', ['Bob', 'Cid'], ['Bob', 'Cid']],
  ['age', 'exists', true, ['Ann', 'Bob']],
  ['age', 'exists', false, ['Cid']],
  ['constructor', 'exists', true, []],
] as const)('filters where %s %s %j', async (path, operator, value, expected) => {
  const filtered = await filter.work({
    data: people,
    where: [{ path, operator, value }],
    match: 'all',
  })
  expect(await names(filtered)).toEqual(expected.map((name) => ({ name })))
})

it('sorts by several values; items without a value are last in both orders', async () => {
  const by = (order: 'ascending' | 'descending') =>
    sort.work({ data: people, by: [{ path: 'age', order }] })
  expect(await names(await by('ascending'))).toEqual([
    { name: 'Bob' },
    { name: 'Ann' },
    { name: 'Cid' },
  ])
  expect(await names(await by('descending'))).toEqual([
    { name: 'Ann' },
    { name: 'Bob' },
    { name: 'Cid' },
  ])
})

it('sorts any values in a total order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 1 })), async (data) => {
      const by = [{ path: '', order: 'ascending' }] as const
      const once = await sort.work({ data, by: [...by] })
      const again = await sort.work({ data: data.toReversed(), by: [...by] })
      expect(JSON.stringify(again)).toBe(JSON.stringify(once))
    }),
  )
})

it('groups by values of any kind', async () => {
  const data = [{ k: 1 }, { k: '1' }, {}, { k: null }, { k: { a: 1 } }, { k: { a: 1 } }]
  const groups = await group.work({ data, by: 'k' })
  expect(groups.map(({ key, count }) => [key, count])).toEqual([
    [1, 1],
    ['1', 1],
    [null, 2],
    [{ a: 1 }, 2],
  ])
})

it('computes every measure, and quotes a value that is not a number in the error', async () => {
  const operations = ['count', 'sum', 'average', 'min', 'max', 'median', 'distinct'] as const
  const measures = operations.map((operation) => ({ operation, path: 'v', as: operation }))
  const data = [{ v: 0.1 }, { v: 0.2 }, { v: 0.2 }, { v: null }, {}]
  expect(await aggregate.work({ data, measures })).toEqual([
    {
      values: {
        count: 3,
        sum: 0.5,
        average: 0.5 / 3,
        min: 0.1,
        max: 0.2,
        median: 0.2,
        distinct: 2,
      },
    },
  ])
  await expect(async () =>
    aggregate.work({ data: [{ v: 'x' }], measures: [{ operation: 'sum', path: 'v' }] }),
  ).rejects.toThrow('"x" is not a number')
})

it('returns null for the average of an empty list', async () => {
  expect(
    await aggregate.work({ data: [], measures: [{ operation: 'average', path: '' }] }),
  ).toEqual([{ values: { average: null } }])
})

it('maps fields and keeps the existing ones', async () => {
  const params = { data: [{ a: { b: 1 }, c: 2 }], fields: { b: 'a.b', none: 'x.y' } }
  expect(await map.work({ ...params, keep: false })).toEqual([{ b: 1, none: null }])
  expect(await map.work({ ...params, keep: true })).toEqual([
    { a: { b: 1 }, c: 2, b: 1, none: null },
  ])
})

it('picks and omits by nested paths', async () => {
  const data = { a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }, { x: 3 }] }
  expect(await pick.work({ data, paths: ['a.b', 'list[1].x'], omit: false })).toEqual({
    a: { b: 1 },
    list: [{ x: 3 }],
  })
  expect(await pick.work({ data, paths: ['a.b', 'list[0]'], omit: true })).toEqual({
    a: { c: 2 },
    list: [{ x: 3 }],
  })
})

it('merges without changing a prototype', async () => {
  const hostile = Object.fromEntries([['__proto__', { polluted: 1 }]])
  const merged = await merge.work({ objects: [{ a: 1 }, hostile], deep: true, lists: 'replace' })
  expect(JSON.stringify(merged)).toBe('{"a":1,"__proto__":{"polluted":1}}')
  expect({}).not.toHaveProperty('polluted')
})

it('finds no changes between equal values, and every change between different ones', async () => {
  const before = { a: 1, b: { c: [1, 2], 'odd.key': 0 } }
  expect(await diff.work({ from: before, to: structuredClone(before) })).toEqual({
    equal: true,
    changes: [],
  })
  expect(await diff.work({ from: before, to: { b: { c: [1, 3, 4] }, n: null } })).toEqual({
    equal: false,
    changes: [
      { kind: 'removed', path: 'a', from: 1 },
      { kind: 'changed', path: 'b.c[1]', from: 2, to: 3 },
      { kind: 'added', path: 'b.c[2]', to: 4 },
      { kind: 'removed', path: 'b["odd.key"]', from: 0 },
      { kind: 'added', path: 'n', to: null },
    ],
  })
})

it('draws the same items for the same seed, and no item twice', async () => {
  const data = Array.from({ length: 100 }, (_, index) => index)
  const drawn = await sample.work({ data, count: 50, seed: 1 })
  expect(await sample.work({ data, count: 50, seed: 1 })).toEqual(drawn)
  expect(await sample.work({ data, count: 50, seed: 2 })).not.toEqual(drawn)
  expect(new Set(drawn).size).toBe(50)
  await expect(async () => sample.work({ data, count: 101 })).rejects.toThrow('100 items')
})

it('infers a schema that the data matches', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 2 }), async (value) => {
      const data: unknown = JSON.parse(JSON.stringify(value))
      const schema = await inferSchema.work({ data })
      expect(await validate.work({ data, schema })).toEqual({ valid: true, errors: [] })
    }),
    { numRuns: 30 },
  )
})

const hardToInfer: readonly unknown[] = [
  [{}, { valueOf: '' }],
  [{}, { constructor: { name: 'x' } }],
  [{ toString: 1 }, {}],
  '2025-02-30',
  '2025-02-03T25:00:00Z',
  'a..b@example.com',
  'http://[x',
]

it.each(hardToInfer.map((data) => ({ data })))('infers a schema for $data', async ({ data }) => {
  const schema = await inferSchema.work({ data })
  expect(await validate.work({ data, schema })).toEqual({ valid: true, errors: [] })
})

it('takes objects with the same properties in any order for equal', async () => {
  const data = [{ k: { a: 1, b: [{ c: 2, d: 3 }] } }, { k: { b: [{ d: 3, c: 2 }], a: 1 } }]
  expect(await group.work({ data, by: 'k' })).toMatchObject([{ count: 2 }])
  const measures = [{ operation: 'distinct' as const, path: 'k', as: 'n' }]
  expect(await aggregate.work({ data, measures })).toEqual([{ values: { n: 1 } }])
  expect(await aggregate.work({ data, by: 'k', measures })).toMatchObject([{ values: { n: 1 } }])
  expect(compareValues({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(0)
})

it('omits several items of a list by their original indices', async () => {
  const data = { a: [1, 2, 3, { x: [4, 5, 6] }] }
  const omit = (...paths: string[]) => pick.work({ data, paths, omit: true })
  expect(await omit('a[0]', 'a[1]')).toEqual({ a: [3, { x: [4, 5, 6] }] })
  expect(await omit('a[0]', 'a[3].x[0]', 'a[3].x[1]')).toEqual({ a: [2, 3, { x: [6] }] })
})

it('picks the same values in any order of the paths', async () => {
  const data = { a: { b: 1, c: 2 } }
  expect(await pick.work({ data, paths: ['a.b', 'a'], omit: false })).toEqual(data)
  expect(await pick.work({ data, paths: ['a', 'a.b'], omit: false })).toEqual(data)
})

it('refuses two measures with the same name', async () => {
  const measures = [
    { operation: 'sum' as const, path: 'a', as: 'x' },
    { operation: 'count' as const, path: '', as: 'x' },
  ]
  await expect(async () => aggregate.work({ data: [{ a: 1 }], measures })).rejects.toMatchObject({
    code: 'invalid-params',
    message: expect.stringContaining('"x"'),
  })
})
