import { beforeAll, describe, expect, it } from 'vitest'

import type { BuiltinEngineName } from './engines/builtin-engines.ts'
import type { openServer } from './fixtures/open-server.ts'

/** A server with one database in mode `data`. */
export interface OpenedServer extends ReturnType<typeof openServer> {
  readonly engine: BuiltinEngineName
}

type ByEngine = Partial<Record<BuiltinEngineName, number>>

/** Statements and the number of rows that they change. They run in this order. */
const changes: readonly (readonly [sql: string, affectedRows: number, others?: ByEngine])[] = [
  ['CREATE TABLE counted (id INTEGER PRIMARY KEY, v INTEGER)', 0],
  ['INSERT INTO counted VALUES (1, 1), (2, 2), (3, 3)', 3],
  ['CREATE INDEX counted_v ON counted (v)', 0],
  ['INSERT INTO counted VALUES (4, 4)', 1],
  ['ALTER TABLE counted ADD COLUMN note VARCHAR(20)', 0],
  ['SELECT id FROM counted', 0],
  // MySQL does not count rows that remain the same.
  ['UPDATE counted SET v = 4 WHERE id = 4', 1, { mysql: 0 }],
  ['UPDATE counted SET v = 5 WHERE id = 40', 0],
  ['CREATE TABLE copied AS SELECT * FROM counted', 0],
  ['DELETE FROM counted WHERE id > 2', 2],
  ['CREATE VIEW seen AS SELECT * FROM counted', 0],
  ['DELETE FROM counted WHERE id > 2', 0],
  ['DROP VIEW seen', 0],
  ['DELETE FROM copied', 4],
  ['DROP TABLE copied', 0],
]

const onDuplicateKey: typeof changes = [
  ['INSERT IGNORE INTO counted (id, v) VALUES (1, 9), (7, 7)', 1],
  // MySQL counts an updated row twice, and one that remains the same not at all.
  ['INSERT INTO counted (id, v) VALUES (1, 9) ON DUPLICATE KEY UPDATE v = 9', 2],
  ['INSERT INTO counted (id, v) VALUES (1, 9) ON DUPLICATE KEY UPDATE v = 9', 0],
  ['REPLACE INTO counted (id, v) VALUES (8, 8)', 1],
  ['INSERT INTO counted (id, v) VALUES (9, 9), (10, 10) RETURNING id', 2],
  ['DELETE FROM counted WHERE id > 8 RETURNING id', 2],
  ['ALTER TABLE counted MODIFY v BIGINT, ALGORITHM = COPY', 0],
]

const onConflict: typeof changes = [
  ['INSERT INTO counted (id, v) VALUES (1, 9), (7, 7) ON CONFLICT DO NOTHING', 1],
  ['INSERT INTO counted (id, v) VALUES (1, 9) ON CONFLICT (id) DO UPDATE SET v = 9', 1],
  ['UPDATE counted SET v = 10 RETURNING id', 3],
  ['UPDATE counted SET v = 10 WHERE id = 40 RETURNING id', 0],
  ['DELETE FROM counted WHERE id = 7 RETURNING id', 1],
]

/** Defines tests of results that are the same on every engine. Call this function inside a `describe`. */
export function itReturnsRightResults(use: () => OpenedServer): void {
  const quoted = (name: string) => (use().engine === 'mysql' ? `\`${name}\`` : `"${name}"`)
  const placeholder = (number: number) =>
    ['postgres', 'pglite'].includes(use().engine) ? `$${number}` : '?'

  describe('the number of changed rows', () => {
    /** Runs the statements. Returns each with the number of changed rows. */
    async function counted(statements: typeof changes, more: object = {}) {
      const found: (readonly [string, unknown])[] = []
      for (const [sql] of statements) {
        found.push([sql, (await use().call('execute', { sql, ...more }))['affectedRows']])
      }
      return found
    }

    const expected = (statements: typeof changes) =>
      statements.map(([sql, count, others]) => [sql, others?.[use().engine] ?? count])

    it('counts the rows of this statement only', async () => {
      expect(await counted(changes)).toEqual(expected(changes))
    })

    it('counts rows of upserts and with RETURNING', async () => {
      const statements = use().engine === 'mysql' ? onDuplicateKey : onConflict
      expect(await counted(statements)).toEqual(expected(statements))
    })

    it('is 0 for a query in a transaction that has changed rows', async () => {
      const { transactionId } = await use().call('begin', { access: 'read-write' })
      const statements: typeof changes = [
        ['INSERT INTO counted (id, v) VALUES (20, 1), (21, 1), (22, 1)', 3],
        ['SELECT count(*) FROM counted', 0],
        ['UPDATE counted SET v = 2 WHERE id = 20', 1],
        ['SELECT 1', 0],
      ]
      expect(await counted(statements, { transactionId })).toEqual(expected(statements))
      await use().call('rollback', { transactionId })
    })
  })

  describe('columns', () => {
    it('have keys if their names are duplicates', async () => {
      const sql = 'SELECT 1 AS id, 2 AS id, 3 AS name'
      const column = (name: string, key?: string) => ({
        name,
        type: expect.any(String),
        ...(key === undefined ? {} : { key }),
      })
      expect(await use().call('query', { sql })).toMatchObject({
        columns: [column('id'), column('id', 'id_2'), column('name')],
        rows: [{ id: 1, id_2: 2, name: 3 }],
      })
      const { columns } = await use().call('query', { sql, rowFormat: 'array' })
      expect(columns).toEqual([column('id'), column('id'), column('name')])
    })
  })

  describe('params', () => {
    it.each([
      ['too few', [1], 'The statement has 2 placeholders, but params has 1 values.'],
      ['none', [], 'The statement has 2 placeholders, but params has 0 values.'],
      ['too many', [1, 2, 3], 'The statement has 2 placeholders, but params has 3 values.'],
    ])('are counted: %s', async (_what, params, message) => {
      const sql = `SELECT count(*) AS n FROM notes WHERE id = ${placeholder(1)} OR id = ${placeholder(2)}`
      const error = await use().refusal('query', { sql, params })
      expect(error).toMatchObject({ code: 'invalid-params', details: { reason: 'sql-error' } })
      // SQLite does not report how many placeholders a statement has.
      const reported = use().engine === 'sqlite' ? 'params has' : message
      expect(error.message).toContain(reported)
      expect(await use().call('query', { sql, params: [1, 1] })).toMatchObject({ rows: [{ n: 1 }] })
    })

    it.each([
      ['a list', [[1, 2]], 'Pass a list or an object as JSON text'],
      ['an object', [{ a: 1 }], 'Pass a list or an object as JSON text'],
      ['a large whole number', [2 ** 53], 'Pass it as text'],
      ['a large negative number', [-(2 ** 60)], 'Pass it as text'],
      ['a number out of range', [1e300], 'Pass it as text'],
    ])('that are %s are refused with a remedy', async (_what, params, message) => {
      const error = await use().refusal('query', { sql: `SELECT ${placeholder(1)}`, params })
      expect(error).toMatchObject({
        code: 'invalid-params',
        message: expect.stringContaining(message),
      })
    })

    it.each(['9007199254740993', '-9007199254740993', '9223372036854775807'])(
      'keep the digits of %s',
      async (text) => {
        const type = use().engine === 'mysql' ? 'SIGNED' : 'BIGINT'
        const sql = `SELECT CAST(${placeholder(1)} AS ${type}) AS n`
        expect(await use().call('query', { sql, params: [text] })).toMatchObject({
          rows: [{ n: text }],
        })
      },
    )
  })

  describe('a statement that exceeds its timeout', () => {
    it('is not retryable, and differs from a timeout of the connection', async () => {
      const sql = `SELECT count(*) FROM ${Array.from({ length: 12 }, (_, at) => `many AS t${at}`).join(', ')}`
      expect(await use().refusal('query', { sql, timeoutMs: 200 })).toMatchObject({
        code: 'timeout',
        retryable: false,
        details: { reason: 'statement-timeout' },
      })
    }, 60_000)
    beforeAll(async () => {
      const values = Array.from({ length: 20 }, (_, at) => `(${at})`)
      await use().call('execute', { sql: 'CREATE TABLE many (n INTEGER)' })
      await use().call('execute', { sql: `INSERT INTO many VALUES ${values.join(', ')}` })
    })
  })

  describe('a dotted table name', () => {
    const schemas = { postgres: 'public', pglite: 'public', mysql: 'shop', sqlite: 'main' }

    it('is accepted if its schema exists', async () => {
      const schema = schemas[use().engine]
      const table = `${schema}.notes`
      expect(await use().call('describeTable', { table })).toMatchObject({ schema, name: 'notes' })
      expect(await use().call('sampleRows', { table })).toMatchObject({ rowCount: 1 })
    })

    it('is the name itself if a table has that name', async () => {
      await use().call('execute', { sql: `CREATE TABLE ${quoted('a.b')} (n INTEGER)` })
      expect(await use().call('describeTable', { table: 'a.b' })).toMatchObject({ name: 'a.b' })
      expect(await use().call('sampleRows', { table: 'a.b' })).toMatchObject({ rowCount: 0 })
    })

    it('is suggested if it is misspelt', async () => {
      const table = `${schemas[use().engine]}.note`
      for (const operation of ['describeTable', 'sampleRows']) {
        expect(await use().refusal(operation, { table })).toMatchObject({
          code: 'not-found',
          details: { near: [`${schemas[use().engine]}.notes`] },
        })
      }
    })
  })
}
