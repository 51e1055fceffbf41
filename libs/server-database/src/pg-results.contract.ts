import { beforeAll, describe, expect, it } from 'vitest'

import type { OpenedServer } from './results.contract.ts'

const query = async ({ call }: OpenedServer, sql: string, params: readonly unknown[] = []) =>
  (await call('query', { sql, params, rowFormat: 'array' }))['rows']

/** Defines tests of PostgreSQL's arrays, schemas and names. Call this function inside a `describe`. */
export function itReturnsPgResults(use: () => OpenedServer): void {
  beforeAll(async () => {
    for (const sql of [
      "CREATE TYPE mood AS ENUM ('sad', 'very, \"happy\"')",
      'CREATE DOMAIN rank AS integer',
      'CREATE TYPE pair AS (a int, b text)',
      'CREATE SCHEMA sales',
      'CREATE TABLE sales.orders (id integer PRIMARY KEY)',
      'CREATE TABLE indexed_names ("Mixed Case" integer UNIQUE, b integer)',
      'CREATE INDEX indexed_expression ON indexed_names (("Mixed Case" + 1), b)',
    ]) {
      await use().call('execute', { sql })
    }
  })

  describe('arrays', () => {
    it.each([
      [`ARRAY['sad', 'very, "happy"', NULL]::mood[]`, ['sad', 'very, "happy"', null]],
      [
        'ARRAY[[1, 2], [3, 4]]::rank[]',
        [
          [1, 2],
          [3, 4],
        ],
      ],
      ["ARRAY[(1, 'x')]::pair[]", ['(1,x)']],
      ["ARRAY['127.0.0.1']::inet[]", ['127.0.0.1']],
      ["ARRAY['[1,5)', 'empty']::int4range[]", ['[1,5)', 'empty']],
      ["ARRAY['((1,1),(0,0))', '((3,3),(2,2))']::box[]", ['(1,1),(0,0)', '(3,3),(2,2)']],
      ['ARRAY[1.50, NULL]::numeric[]', ['1.50', null]],
      ['ARRAY[9007199254740993, 1]', ['9007199254740993', 1]],
      [`ARRAY['{"a": [1]}', 'null']::jsonb[]`, [{ a: [1] }, null]],
      ["ARRAY['2026-01-02 03:04:05+00']::timestamptz[]", ['2026-01-02T03:04:05Z']],
      ["'{}'::mood[]", []],
      // These types have an own text format.
      ["'{[1,3)}'::int4multirange", '{[1,3)}'],
      ["'1 2'::int2vector", '1 2'],
    ])('%s is read', async (sql, value) => {
      expect(await query(use(), `SELECT ${sql} FROM generate_series(1, 2)`)).toEqual([
        [value],
        [value],
      ])
    })

    it.each([
      ['int[]', '[1, 2, null]', [1, 2, null]],
      ['int[]', '{1,2,NULL}', [1, 2, null]],
      ['int[]', '[2:3]={1,2}', [1, 2]],
      ['int[]', '[]', []],
      [
        'int[]',
        '[[1, 2], [3, 4]]',
        [
          [1, 2],
          [3, 4],
        ],
      ],
      ['bigint[]', '[9007199254740993]', ['9007199254740993']],
      ['numeric[]', '[0.12345678901234567890]', ['0.12345678901234567890']],
      ['bool[]', '[true, false]', [true, false]],
      [
        'text[]',
        String.raw`["a \"b\"", "c,d", "NULL", "{}", "e\\f", "ü🦆", null]`,
        ['a "b"', 'c,d', 'NULL', '{}', 'e\\f', 'ü🦆', null],
      ],
      ['mood[]', '["sad", "very, \\"happy\\""]', ['sad', 'very, "happy"']],
      ['rank[]', '[1]', [1]],
      ['box[]', '["(1,1),(0,0)", "(3,3),(2,2)"]', ['(1,1),(0,0)', '(3,3),(2,2)']],
      ['jsonb[]', '[{"a": "]"}, [1, 2], null]', [{ a: ']' }, [1, 2], null]],
      ['json', '[1, 2]', [1, 2]],
      ['text', '[1, 2]', '[1, 2]'],
    ])('a param for %s can be %s', async (type, param, value) => {
      const rows = await query(use(), `SELECT $1::${type}, $2::int`, [param, 5])
      expect(rows).toEqual([[value, 5]])
    })

    it('a param can be compared with ANY', async () => {
      const sql = "SELECT x FROM (VALUES ('a'), ('b,c')) AS v (x) WHERE x = ANY($1)"
      expect(await query(use(), sql, ['["b,c"]'])).toEqual([['b,c']])
    })

    it('a param is written to a column', async () => {
      await use().call('execute', { sql: 'CREATE TABLE lists (moods mood[], ranks rank[])' })
      const sql = 'INSERT INTO lists VALUES ($1, $2)'
      await use().call('execute', { sql, params: ['["sad"]', '[1, 2]'] })
      expect(await query(use(), 'SELECT * FROM lists')).toEqual([[['sad'], [1, 2]]])
    })

    it('a param that is too deep is refused', async () => {
      const params = [`${'['.repeat(100_000)}${']'.repeat(100_000)}`]
      expect(await use().refusal('query', { sql: 'SELECT $1::int[]', params })).toMatchObject({
        code: 'payload-too-large',
      })
    })
  })

  describe('names', () => {
    it('of tables in other schemas are suggested with their schema', async () => {
      for (const operation of ['describeTable', 'sampleRows']) {
        expect(await use().refusal(operation, { table: 'orders' })).toMatchObject({
          code: 'not-found',
          message: 'No table is named "orders". Did you mean "sales.orders"?',
        })
        expect(await use().refusal(operation, { table: 'sales.order' })).toMatchObject({
          details: { near: ['sales.orders'] },
        })
      }
      expect(await use().call('describeTable', { table: 'sales.orders' })).toMatchObject({
        schema: 'sales',
      })
      expect(await use().call('sampleRows', { table: 'sales.orders' })).toMatchObject({
        rowCount: 0,
      })
    })

    it('of indexed columns have no quotes, and expressions are SQL', async () => {
      const { indexes } = await use().call('describeTable', { table: 'indexed_names' })
      expect(indexes).toMatchObject([
        { name: 'indexed_expression', columns: ['("Mixed Case" + 1)', 'b'] },
        { name: 'indexed_names_Mixed Case_key', columns: ['Mixed Case'] },
      ])
    })
  })

  it('suggests a cast for a placeholder of an unknown type', async () => {
    const error = await use().refusal('query', { sql: 'SELECT $1 IS NULL', params: ['a'] })
    expect(error.message).toContain('Cast the placeholder to its type')
  })
}
