import { expectSteadyLoop } from '@mcp/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { DatabaseMode } from '../engines/database-mode.ts'
import type { LexicalRules, Token } from './lexer.ts'
import { readTokens } from './lexer.ts'
import { mysqlLexicalRules } from './mysql/mysql-lexer.ts'
import { createPostgresGuard } from './postgres/postgres-guard.ts'
import { sqliteLexicalRules } from './sqlite/sqlite-lexer.ts'
import { createMysqlGuard, createSqliteGuard } from './token-guard.ts'

const guards = {
  postgresql: createPostgresGuard(),
  mysql: createMysqlGuard(),
  sqlite: createSqliteGuard(),
}

type Dialect = keyof typeof guards

const check = (dialect: Dialect, sql: string, mode: DatabaseMode = 'read-only') =>
  guards[dialect].check(sql, { mode, access: mode === 'read-only' ? 'read-only' : 'read-write' })

/** Returns the tokens, or none if a quote or comment is unclosed. Other errors fail the test. */
function tokensOf(sql: string, rules: LexicalRules): readonly Token[] {
  try {
    return readTokens(sql, rules)
  } catch (error) {
    if (String(error).includes('never closed')) return []
    throw error
  }
}

describe('the lexer', () => {
  it.each([{ ...mysqlLexicalRules, ambiguous: [] }, sqliteLexicalRules])(
    'leaves nothing out but comments and white space, and never overlaps',
    (rules) => {
      const pieces = fc.constantFrom(
        'a',
        '1',
        ' ',
        "'",
        '"',
        '`',
        '\\',
        '-',
        '/',
        '*',
        ';',
        '\n',
        '#',
        '(',
        '[',
        ']',
        '@',
        ':',
        '=',
        '.',
        'é',
      )
      fc.assert(
        fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
          const sql = parts.join('')
          const tokens = tokensOf(sql, rules)
          let end = 0
          for (const token of tokens) {
            expect(token.start).toBeGreaterThanOrEqual(end)
            expect(token.text).toBe(sql.slice(token.start, token.end))
            expect(sql.slice(end, token.start)).toMatch(
              /^(?:\s|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*$/,
            )
            end = token.end
          }
        }),
        { numRuns: 2000 },
      )
    },
  )

  it.each(['mysql', 'sqlite'] as const)(
    'reads quoted text as one value, in %s',
    async (dialect) => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
          fc.pre(!text.includes('\0'))
          const quoted = text
            .replaceAll('\\', dialect === 'mysql' ? '\\\\' : '\\')
            .replaceAll("'", "''")
          await expect(check(dialect, `SELECT '${quoted}'`)).resolves.toMatchObject({
            kind: 'read',
          })
          await expect(check(dialect, `SELECT '${quoted}'; DELETE FROM t`)).rejects.toMatchObject({
            details: { reason: 'multiple-statements' },
          })
        }),
      )
    },
  )
})

describe('the kind of a statement', () => {
  it.each([
    ['postgresql', "UPDATE t SET a = 1 WHERE b = 'x; y'", 'data'],
    ['postgresql', 'WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x', 'read'],
    ['postgresql', 'TRUNCATE t', 'data'],
    ['postgresql', 'CREATE TABLE t AS SELECT 1', 'schema'],
    ['postgresql', 'ALTER TABLE t ADD COLUMN a int', 'schema'],
    ['mysql', 'INSERT INTO shop.t (a, b) VALUES (1, evil(2))', 'data'],
    ['mysql', 'REPLACE t SET a = 1', 'data'],
    ['mysql', 'CREATE TABLE t (a varchar(10), KEY k (a))', 'schema'],
    ['sqlite', 'INSERT INTO t VALUES (1)', 'data'],
    ['sqlite', 'DROP INDEX i', 'schema'],
  ] as const)('in mode data, %s: %s is of kind %s', async (dialect, sql, kind) => {
    await expect(check(dialect, sql, 'data')).resolves.toMatchObject({ kind })
  })

  it.each([
    ['postgresql', "COPY t TO PROGRAM 'x'"],
    ['postgresql', "INSERT INTO t SELECT pg_read_file('/etc/passwd')"],
    ['postgresql', "INSERT INTO t SELECT * FROM dblink('x', 'y') AS d (a int)"],
    ['postgresql', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'],
    ['postgresql', 'ALTER TABLE t OWNER TO someone'],
    ['postgresql', 'ALTER TABLE t DISABLE ROW LEVEL SECURITY'],
    ['postgresql', 'DO $$ BEGIN END $$'],
    ['postgresql', 'SET ROLE someone'],
    ['postgresql', "UPDATE pg_proc SET provolatile = 'i'"],
    ['postgresql', 'DELETE FROM pg_catalog.pg_class'],
    ['postgresql', 'WITH x AS (DELETE FROM pg_class RETURNING *) SELECT * FROM x'],
    ['postgresql', 'TRUNCATE t, pg_toast.pg_toast_1'],
    ['postgresql', "SELECT ts_rewrite('a', 'SELECT 1')"],
    ['mysql', "INSERT INTO t SELECT LOAD_FILE('/etc/passwd')"],
    ['mysql', "SELECT 1 INTO OUTFILE '/tmp/x'"],
    ['mysql', "LOAD DATA INFILE '/etc/passwd' INTO TABLE t"],
    ['mysql', "CREATE TABLE t (a int) DATA DIRECTORY = '/tmp'"],
    ['mysql', 'CREATE TABLE t (a int) ENGINE = CONNECT'],
    ['mysql', 'DELETE FROM t /*! WHERE 1 = 0 */'],
    ['mysql', 'GRANT ALL ON *.* TO x'],
    ['sqlite', "ATTACH '/tmp/x' AS x"],
    ['sqlite', "INSERT INTO t SELECT readfile('/etc/passwd')"],
    ['sqlite', 'PRAGMA writable_schema = 1'],
  ] as const)('mode data does not allow, in %s: %s', async (dialect, sql) => {
    await expect(check(dialect, sql, 'data')).rejects.toMatchObject({
      code: 'forbidden',
      details: { reason: 'statement-not-allowed' },
    })
  })

  it.each([
    ['postgresql', 'COMMIT'],
    ['postgresql', 'SET search_path = x'],
    ['postgresql', 'COPY t FROM STDIN'],
    ['postgresql', 'SELECT 1; SELECT 2'],
    ['mysql', 'START TRANSACTION'],
    ['mysql', 'SET autocommit = 1'],
    ['mysql', '/*! SELECT 1 */'],
    ['sqlite', 'ROLLBACK'],
    ['sqlite', 'SELECT 1; SELECT 2'],
  ] as const)('not even mode admin allows, in %s: %s', async (dialect, sql) => {
    await expect(check(dialect, sql, 'admin')).rejects.toMatchObject({ code: 'forbidden' })
  })

  it.each([
    ['postgresql', "COPY t TO PROGRAM 'x'"],
    ['postgresql', 'CREATE ROLE x'],
    ['mysql', 'CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END'],
    ['sqlite', 'CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM u; END'],
  ] as const)('mode admin allows, in %s: %s', async (dialect, sql) => {
    await expect(check(dialect, sql, 'admin')).resolves.toMatchObject({ kind: 'admin' })
  })
})

describe('the message of a refusal', () => {
  it.each(['postgresql', 'mysql', 'sqlite'] as const)(
    'names construct and position, in %s',
    async (dialect) => {
      const sql = "SELECT 'é🦆',\n  1; DELETE FROM t"
      await expect(check(dialect, sql)).rejects.toMatchObject({
        message: expect.stringContaining('Line 2, column 6'),
        details: { reason: 'multiple-statements', line: 2, column: 6 },
      })
    },
  )

  it.each([
    ['postgresql', 'COPY t TO STDOUT', 'COPY from or to the client is not supported'],
    ['postgresql', 'BEGIN', 'Use the operations begin, commit and rollback'],
    ['postgresql', 'LISTEN x', 'LISTEN has effects beyond its transaction.'],
    ['mysql', 'COMMIT', 'Use the operations begin, commit and rollback'],
    ['sqlite', 'SAVEPOINT x', 'Use the operations begin, commit and rollback'],
  ] as const)('names the remedy, in %s: %s', async (dialect, sql, message) => {
    await expect(check(dialect, sql, 'admin')).rejects.toThrow(message)
  })

  it.each([
    ['SELECT pg_sleep(1)', 'pg_sleep(…) waits, and occupies a connection of the database'],
    ['SELECT pg_try_advisory_lock(1)', 'takes locks for which other sessions wait'],
    ["SELECT pg_read_file('x')", 'pg_read_file(…) accesses files, programs'],
  ])('gives a refused function its own reason: %s', async (sql, message) => {
    await expect(check('postgresql', sql)).rejects.toThrow(message)
  })

  it('reports the position of a refused function', async () => {
    await expect(check('postgresql', "SELECT 'é',\n  pg_read_file('x')")).rejects.toThrow(
      'Line 2, column 3: pg_read_file(…)',
    )
    await expect(check('mysql', 'SELECT 1,\n  sleep(1)')).rejects.toThrow(
      'Line 2, column 3: sleep(…)',
    )
    await expect(check('sqlite', "SELECT 1,\n  load_extension('x')")).rejects.toThrow(
      'Line 2, column 3: load_extension',
    )
  })

  it('reports the position of a syntax error of PostgreSQL', async () => {
    await expect(check('postgresql', 'SELECT é\nFROM FROM t')).rejects.toMatchObject({
      code: 'invalid-params',
      details: { reason: 'sql-syntax', line: 2, column: 6 },
    })
  })

  it.each(['postgresql', 'mysql', 'sqlite'] as const)(
    'refuses an empty statement, in %s',
    async (dialect) => {
      await expect(check(dialect, ' ; -- nothing\n')).rejects.toMatchObject({
        code: 'invalid-params',
      })
      await expect(check(dialect, 'SELECT 1\0; DELETE FROM t')).rejects.toMatchObject({
        code: 'invalid-params',
      })
    },
  )
})

describe('long and deep statements', () => {
  it.each([
    ['postgresql', 'a long sum', `SELECT ${'1 + '.repeat(20_000)}1`],
    ['postgresql', 'many columns', `SELECT ${'a, '.repeat(30_000)}1`],
    ['postgresql', 'deep queries', `SELECT ${'(SELECT '.repeat(10_000)}1${')'.repeat(10_000)}`],
    ['mysql', 'deep calls', `SELECT ${'abs('.repeat(20_000)}1${')'.repeat(20_000)}`],
    ['mysql', 'parentheses that are never closed', `SELECT ${'x ('.repeat(30_000)}`],
    ['mysql', 'many tables', `WITH ${'a AS (SELECT 1), '.repeat(5_000)}b AS (SELECT 1) SELECT 1`],
    ['sqlite', 'deep parentheses', `SELECT ${'('.repeat(50_000)}1${')'.repeat(50_000)}`],
  ] as const)('do not block the event loop, in %s: %s', async (dialect, _what, sql) => {
    await expect(
      expectSteadyLoop(() => check(dialect, sql).catch(() => {})),
    ).resolves.toBeUndefined()
  })

  it('are checked like short ones', async () => {
    const long = `SELECT ${'1, '.repeat(5_000)}pg_read_file('x')`
    await expect(check('postgresql', long)).rejects.toMatchObject({
      code: 'forbidden',
      details: { column: 'SELECT '.length + 15_000 + 1 },
    })
    await expect(check('mysql', `SELECT ${'1, '.repeat(5_000)}sleep(1)`)).rejects.toMatchObject({
      code: 'forbidden',
      details: { column: 'SELECT '.length + 15_000 + 1 },
    })
    await expect(check('sqlite', `SELECT ${'1, '.repeat(5_000)}2; SELECT 1`)).rejects.toMatchObject(
      {
        details: { reason: 'multiple-statements' },
      },
    )
    await expect(check('postgresql', `SELECT ${'1, '.repeat(5_000)}2`)).resolves.toMatchObject({
      kind: 'read',
    })
  })
})
