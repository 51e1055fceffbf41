import { McpError } from '@mcp/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Access, EngineTransaction } from './engine-transaction.ts'
import type { Engine } from './engine.ts'
import type { JsonValue, SqlParam } from './sql-value.ts'

/** An engine under test. The tests may change its database. */
export interface EngineUnderTest {
  readonly engine: Engine
  /** SQL of this dialect. */
  readonly sql: EngineDialect
  cleanUp?(): Promise<void>
}

/** The SQL that the suite needs in the dialect of an engine. */
export interface EngineDialect {
  // Types of columns.
  readonly bigint: string
  readonly decimal: string
  readonly bytes: string
  readonly text: string
  /** A query of one column `n` with the numbers from 1 to `count`. */
  series(count: number): string
  /** A query that runs for minutes. */
  readonly endless: string
  /** A query that is valid and fails while it runs. */
  readonly failing: string
  /** Whether the engine returns decimals as text. SQLite has no decimals. */
  readonly exactDecimals: boolean
}

/** Defines the tests that every {@link Engine} must pass. Call this function inside a `describe`. */
export function itIsAnEngine(create: () => Promise<EngineUnderTest>): void {
  let tested: EngineUnderTest
  beforeAll(async () => {
    tested = await create()
    const { bigint, decimal, bytes, text } = tested.sql
    await inTransaction('read-write', async (run) => {
      await run('CREATE TABLE authors (id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL)')
      await run(`CREATE TABLE books (
        id ${bigint} NOT NULL PRIMARY KEY, author INTEGER NOT NULL, title ${text} NOT NULL,
        price ${decimal}, cover ${bytes},
        CONSTRAINT books_author FOREIGN KEY (author) REFERENCES authors (id) ON DELETE CASCADE)`)
      await run('CREATE INDEX books_price ON books (price)')
      await run("INSERT INTO authors (id, name) VALUES (1, 'Ann'), (2, 'Ben')")
    })
  }, 120_000)
  afterAll(async () => {
    await tested.engine.close()
    await tested.cleanUp?.()
  }, 60_000)

  const options = (signal: AbortSignal) => ({
    signal,
    statementTimeoutMs: 60_000,
    idleTimeoutMs: 60_000,
  })

  const begin = (access: Access, signal = AbortSignal.timeout(60_000)) =>
    tested.engine.begin({ access, ...options(signal) })

  type Run = (
    sql: string,
    params?: readonly SqlParam[],
    maxRows?: number,
  ) => ReturnType<EngineTransaction['run']>

  const runner =
    (transaction: EngineTransaction, signal = AbortSignal.timeout(60_000)): Run =>
    (sql, params = [], maxRows = 100) =>
      transaction.run(placeholders(sql), params, { maxRows, signal })

  // Replaces `?`, because PostgreSQL numbers its placeholders.
  function placeholders(sql: string): string {
    let count = 0
    return tested.engine.dialect === 'postgresql' ? sql.replaceAll('?', () => `$${++count}`) : sql
  }

  async function inTransaction<Result>(
    access: Access,
    work: (run: Run, transaction: EngineTransaction) => Promise<Result>,
  ): Promise<Result> {
    const transaction = await begin(access)
    try {
      const result = await work(runner(transaction), transaction)
      await transaction.commit({ signal: AbortSignal.timeout(60_000) })
      return result
    } finally {
      await transaction.rollback()
    }
  }

  async function countAuthors(): Promise<JsonValue> {
    const { rows } = await inTransaction('read-only', (run) => run('SELECT count(*) FROM authors'))
    return rows[0]?.[0] ?? null
  }

  describe('values', () => {
    it('returns exact integers, decimals and bytes', async () => {
      const { rows, columns } = await inTransaction('read-write', async (run) => {
        await run('INSERT INTO books (id, author, title, price, cover) VALUES (?, ?, ?, ?, ?)', [
          '9007199254740993',
          1,
          'Ünïcode 🦆',
          '12.50',
          { base64: 'AAECAw==' },
        ])
        const read = await run('SELECT id, author, title, price, cover FROM books')
        await run('DELETE FROM books')
        return read
      })
      const price = tested.sql.exactDecimals ? '12.50' : 12.5
      expect(rows).toEqual([['9007199254740993', 1, 'Ünïcode 🦆', price, 'AAECAw==']])
      expect(columns.map(({ name }) => name)).toEqual(['id', 'author', 'title', 'price', 'cover'])
      expect(columns.every(({ type }) => type !== '')).toBe(true)
    })

    it('returns null as null, and columns without rows', async () => {
      const { columns, rows } = await inTransaction('read-only', (run) =>
        run('SELECT title, NULL AS gap FROM books'),
      )
      expect(columns.map(({ name }) => name)).toEqual(['title', 'gap'])
      expect(rows).toEqual([])
    })

    it('treats params as values, never as SQL', async () => {
      const hostile = "'; DROP TABLE authors; --"
      const { rows } = await inTransaction('read-only', (run) =>
        run('SELECT count(*) FROM authors WHERE name = ?', [hostile]),
      )
      expect(rows).toEqual([[0]])
      expect(await countAuthors()).toBe(2)
    })
  })

  describe('rows', () => {
    it('reads at most maxRows, and the others through the cursor', async () => {
      const seen = await inTransaction('read-only', async (run) => {
        const first = await run(tested.sql.series(5), [], 2)
        const signal = AbortSignal.timeout(10_000)
        const second = await first.cursor?.read({ maxRows: 2, signal })
        const third = await first.cursor?.read({ maxRows: 2, signal })
        return [first, second, third].map((batch) => ({ rows: batch?.rows, more: batch?.more }))
      })
      expect(seen).toEqual([
        { rows: [[1], [2]], more: true },
        { rows: [[3], [4]], more: true },
        { rows: [[5]], more: false },
      ])
    })

    it('discards the unread rows and continues', async () => {
      const after = await inTransaction('read-only', async (run) => {
        const { cursor } = await run(tested.sql.series(1000), [], 2)
        await cursor?.close()
        return run('SELECT count(*) FROM authors')
      })
      expect(after.rows).toEqual([[2]])
    })

    it('runs another statement while rows are unread', async () => {
      const after = await inTransaction('read-only', async (run) => {
        await run(tested.sql.series(1000), [], 2)
        return run('SELECT count(*) FROM authors')
      })
      expect(after.rows).toEqual([[2]])
    })
  })

  describe('transactions', () => {
    it('returns the number of changed rows', async () => {
      const transaction = await begin('read-write')
      const changed = await runner(transaction)("UPDATE authors SET name = 'Cleo'")
      expect(changed).toMatchObject({ rows: [], more: false, affectedRows: 2 })
      await transaction.rollback()
    })

    it('keeps committed changes and discards rolled back ones', async () => {
      await inTransaction('read-write', (run) =>
        run('INSERT INTO authors (id, name) VALUES (?, ?)', [3, 'Cleo']),
      )
      expect(await countAuthors()).toBe(3)

      const transaction = await begin('read-write')
      await runner(transaction)('DELETE FROM authors')
      await transaction.rollback()
      expect(await countAuthors()).toBe(3)

      await inTransaction('read-write', (run) => run('DELETE FROM authors WHERE id = 3'))
      expect(await countAuthors()).toBe(2)
    })

    it('refuses a change in a read-only transaction in the engine itself', async () => {
      const transaction = await begin('read-only')
      await expect(runner(transaction)('DELETE FROM authors')).rejects.toMatchObject({
        code: 'forbidden',
      })
      await transaction.rollback()
      expect(await countAuthors()).toBe(2)
    })

    it('continues after a failed statement, without its effects', async () => {
      const rows = await inTransaction('read-write', async (run) => {
        await run("INSERT INTO authors (id, name) VALUES (4, 'Dora')")
        await expect(run("INSERT INTO authors (id, name) VALUES (1, 'x')")).rejects.toMatchObject({
          code: 'conflict',
          details: { reason: 'constraint' },
        })
        await run('DELETE FROM authors WHERE id = 4')
        return run('SELECT id FROM authors ORDER BY id')
      })
      expect(rows.rows).toEqual([[1], [2]])
    })

    it('rejects calls after its end, except another rollback', async () => {
      const transaction = await begin('read-only')
      await transaction.rollback()
      await transaction.rollback()
      await expect(runner(transaction)('SELECT 1')).rejects.toMatchObject({
        code: 'conflict',
        details: { reason: 'transaction-over' },
      })
    })
  })

  describe('errors', () => {
    it('reports invalid SQL', async () => {
      const transaction = await begin('read-only')
      await expect(runner(transaction)('SELEC 1')).rejects.toMatchObject({
        code: 'invalid-params',
        details: { reason: 'sql-syntax' },
      })
      await transaction.rollback()
    })

    it('names the missing object', async () => {
      const transaction = await begin('read-only')
      await expect(runner(transaction)('SELECT * FROM nowhere')).rejects.toMatchObject({
        code: 'invalid-params',
        message: expect.stringContaining('nowhere'),
        details: { reason: 'sql-error' },
      })
      await transaction.rollback()
    })

    it('reports an error at run time', async () => {
      const transaction = await begin('read-only')
      const failed = runner(transaction)(tested.sql.failing)
      await expect(failed).rejects.toMatchObject({ code: 'invalid-params' })
      await transaction.rollback()
    })

    it('prepares a valid statement, and reports an invalid one', async () => {
      const transaction = await begin('read-only')
      const signal = AbortSignal.timeout(10_000)
      await transaction.prepare('SELECT name FROM authors', { signal })
      await expect(transaction.prepare('SELECT age FROM authors', { signal })).rejects.toThrow(
        'age',
      )
      await transaction.rollback()
    })
  })

  describe('time', () => {
    it('stops an aborted statement, frees its connection, and runs the next one', async () => {
      const transaction = await begin('read-only')
      const reason = new McpError('timeout', 'Too long.')
      const limit = new AbortController()
      setTimeout(() => limit.abort(reason), 200)
      const startedAt = performance.now()
      await expect(runner(transaction, limit.signal)(tested.sql.endless)).rejects.toBe(reason)
      expect(performance.now() - startedAt).toBeLessThan(5000)
      await transaction.rollback()

      // The maximum number of transactions shows that the connection of the stopped statement is not lost.
      const { maxTransactions } = tested.engine
      const next = await Promise.all(
        Array.from({ length: maxTransactions }, () => begin('read-only')),
      )
      const results = await Promise.all(
        next.map((each) => runner(each)('SELECT count(*) FROM authors')),
      )
      expect(results.map(({ rows }) => rows)).toEqual(next.map(() => [[2]]))
      await Promise.all(next.map((each) => each.rollback()))
    }, 60_000)

    it('does not begin if the signal is already aborted', async () => {
      const reason = new McpError('cancelled', 'Gone.')
      await expect(begin('read-only', AbortSignal.abort(reason))).rejects.toBe(reason)
    })
  })

  describe('catalog', () => {
    const look = <Result>(
      work: (transaction: EngineTransaction, signal: AbortSignal) => Promise<Result>,
    ) =>
      inTransaction('read-only', (_run, transaction) =>
        work(transaction, AbortSignal.timeout(20_000)),
      )

    it('lists schemas and tables', async () => {
      const { catalog } = tested.engine
      const schemas = await look((transaction, signal) => catalog.schemas(transaction, { signal }))
      const tables = await look((transaction, signal) => catalog.tables(transaction, { signal }))
      const found = tables.find(({ name }) => name === 'books')
      expect(found).toMatchObject({ kind: 'table' })
      expect(schemas.map(({ name }) => name)).toContain(found?.schema)
    })

    it('describes a table with columns, keys, indexes and constraints', async () => {
      const { catalog } = tested.engine
      const found = await look((transaction, signal) =>
        catalog.describeTable(transaction, { table: 'books', signal }),
      )
      expect(found).toMatchObject({
        name: 'books',
        kind: 'table',
        primaryKey: ['id'],
        foreignKeys: [
          {
            columns: ['author'],
            references: { table: 'authors', columns: ['id'] },
            onDelete: 'CASCADE',
          },
        ],
      })
      expect(found?.columns.map(({ name, nullable }) => ({ name, nullable }))).toEqual([
        { name: 'id', nullable: false },
        { name: 'author', nullable: false },
        { name: 'title', nullable: false },
        { name: 'price', nullable: true },
        { name: 'cover', nullable: true },
      ])
      expect(found?.indexes).toContainEqual(
        expect.objectContaining({ name: 'books_price', columns: ['price'], unique: false }),
      )
    })

    it('returns undefined for a missing table', async () => {
      const { catalog } = tested.engine
      const nothing = await look((transaction, signal) =>
        catalog.describeTable(transaction, { table: 'nowhere', signal }),
      )
      expect(nothing).toBeUndefined()
    })

    it('finds objects by a literal part of their name', async () => {
      const { catalog } = tested.engine
      const find = (text: string) =>
        look((transaction, signal) => catalog.searchObjects(transaction, { text, signal }))
      expect(await find('PRIC')).toEqual([
        expect.objectContaining({ kind: 'index', name: 'books_price', table: 'books' }),
        expect.objectContaining({ kind: 'column', name: 'price', table: 'books' }),
      ])
      expect(await find('%')).toEqual([])
    })

    it('quotes any name', async () => {
      const { catalog } = tested.engine
      const name = catalog.quote('a "b" `c`')
      const { columns } = await inTransaction('read-only', (run) => run(`SELECT 1 AS ${name}`))
      expect(columns.map((column) => column.name)).toEqual(['a "b" `c`'])
    })

    it('explains the plan of a query', async () => {
      const plan = await look((transaction, signal) =>
        transaction.explain('SELECT * FROM books WHERE price > 1', [], { analyze: false, signal }),
      )
      expect(JSON.stringify(plan)).toContain('books')
    })
  })
}
