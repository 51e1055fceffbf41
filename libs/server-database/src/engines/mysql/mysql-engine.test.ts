import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { DatabaseMode } from '../database-mode.ts'
import type { EngineTransaction } from '../engine-transaction.ts'
import type { Engine } from '../engine.ts'
import { itIsAnEngine } from '../engine.contract.ts'
import { heapAfter } from '../../fixtures/heap-after.ts'
import type { TestMariadb } from '../../fixtures/start-mariadb.ts'
import { mariadbMissing, startMariadb } from '../../fixtures/start-mariadb.ts'
import { createMysqlEngine } from './mysql-engine.ts'

const endless =
  'SELECT count(*) FROM seq_1_to_1000000 AS a, seq_1_to_1000000 AS b WHERE a.seq * b.seq = 7'

describe.skipIf(mariadbMissing)('on a MariaDB server', () => {
  let server: TestMariadb
  beforeAll(async () => {
    server = await startMariadb()
    await server.admin('CREATE TABLE kept (a int)')
  }, 60_000)
  afterAll(() => server?.stop())

  const engines: Engine[] = []
  afterAll(async () => {
    await Promise.all(engines.map((engine) => engine.close()))
  })

  function engineOf(
    options: {
      mode?: DatabaseMode
      url?: string
      allowSuperuser?: boolean
      maxConnections?: number
    } = {},
  ): Engine {
    const { mode = 'data', url = server.url, maxConnections = 3, ...others } = options
    const engine = createMysqlEngine({ name: 'shop', url, mode, maxConnections, ...others })
    engines.push(engine)
    return engine
  }

  const begin = (
    engine: Engine,
    limits: { statementTimeoutMs?: number; idleTimeoutMs?: number } = {},
  ) =>
    engine.begin({
      access: 'read-only',
      statementTimeoutMs: 60_000,
      idleTimeoutMs: 60_000,
      signal: AbortSignal.timeout(60_000),
      ...limits,
    })

  const run = (transaction: EngineTransaction, sql: string, signal = AbortSignal.timeout(60_000)) =>
    transaction.run(sql, [], { maxRows: 1000, signal })

  const running = () =>
    server.admin(
      "SELECT info FROM information_schema.processlist WHERE user = 'reporter' AND command <> 'Sleep'",
    )

  describe('as an engine', () => {
    itIsAnEngine(async () => ({
      engine: engineOf(),
      sql: {
        bigint: 'bigint',
        decimal: 'decimal(10, 2)',
        bytes: 'blob',
        text: 'text',
        series: (count) => `SELECT seq AS n FROM seq_1_to_${count}`,
        endless,
        failing: "SELECT CAST('abc' AS JSON)",
        exactDecimals: true,
      },
    }))
  })

  it('enforces the statement timeout in the database as well, and continues the transaction', async () => {
    const transaction = await begin(engineOf(), { statementTimeoutMs: 100, idleTimeoutMs: 2000 })
    await expect(run(transaction, endless)).rejects.toMatchObject({ code: 'timeout' })
    expect((await run(transaction, 'SELECT 1')).rows).toEqual([[1]])
    await transaction.commit({ signal: AbortSignal.timeout(10_000) })
    await expect.poll(running).toEqual([])
  })

  it('stops a running statement on the server when the caller aborts', async () => {
    const engine = engineOf({ maxConnections: 1 })
    const transaction = await begin(engine)
    const caller = new AbortController()
    setTimeout(() => caller.abort(new Error('gone')), 100)
    await expect(run(transaction, endless, caller.signal)).rejects.toThrow('gone')
    await expect.poll(running).toEqual([])
    const next = await begin(engine)
    expect((await run(next, 'SELECT 2')).rows).toEqual([[2]])
    await next.rollback()
  })

  it('fails a running statement whose connection the server closes', async () => {
    const transaction = await begin(engineOf())
    const { rows } = await run(transaction, 'SELECT CONNECTION_ID()')
    const failed = run(transaction, endless).catch((error: unknown) => error)
    await expect.poll(running).toHaveLength(1)
    await server.admin(`KILL CONNECTION ${JSON.stringify(rows[0]?.[0])}`)
    expect(await failed).toMatchObject({ code: 'unavailable' })
    await transaction.rollback()
  })

  it('closes only the transaction that was idle for too long', async () => {
    const engine = engineOf({ maxConnections: 1 })
    const transaction = await begin(engine, { idleTimeoutMs: 1000 })
    await run(transaction, 'SELECT * FROM kept')
    await expect
      .poll(() => run(transaction, 'SELECT * FROM kept').then(() => '', String), {
        interval: 1500,
        timeout: 10_000,
      })
      .toMatch(/over|lost|timeout/)
    await transaction.rollback()
    const next = await begin(engine)
    expect((await run(next, 'SELECT 3')).rows).toEqual([[3]])
    await next.rollback()
  })

  it('reads a million rows in pages with constant memory', async () => {
    const transaction = await begin(engineOf())
    const signal = AbortSignal.timeout(60_000)
    const sql = "SELECT seq, repeat('x', 100) FROM seq_1_to_1000000"
    const start = await transaction.run(sql, [], { maxRows: 1000, signal })
    let rows = start.rows.length
    const read = async (pages: number) => {
      for (let page = 0; page < pages; page += 1) {
        const batch = await start.cursor?.read({ maxRows: 1000, signal })
        rows += batch?.rows.length ?? 0
      }
    }
    const early = await heapAfter(() => read(99))
    const late = await heapAfter(() => read(900))
    expect(rows).toBe(1_000_000)
    expect(late - early).toBeLessThan(20 * 1024 * 1024)
    await transaction.rollback()
  }, 60_000)

  it('resets the connection between writers: a temporary table hides no real one', async () => {
    const engine = engineOf({ maxConnections: 1 })
    const writer = await engine.begin({
      access: 'read-write',
      statementTimeoutMs: 5000,
      idleTimeoutMs: 5000,
      signal: AbortSignal.timeout(5000),
    })
    await run(writer, 'CREATE TEMPORARY TABLE kept AS SELECT 666 AS a')
    await writer.commit({ signal: AbortSignal.timeout(5000) })
    const reader = await begin(engine)
    expect((await run(reader, 'SELECT * FROM kept')).rows).toEqual([])
    await reader.rollback()
  })

  it('returns columns of any name', async () => {
    const transaction = await begin(engineOf())
    const { columns, rows } = await run(transaction, 'SELECT 1 AS `__proto__`, 2 AS `constructor`')
    expect(columns.map(({ name }) => name)).toEqual(['__proto__', 'constructor'])
    expect(rows).toEqual([[1, 2]])
    await transaction.rollback()
  })

  it('finds tables, columns, indexes and routines by their comments', async () => {
    await server.admin(
      `CREATE TABLE remarks (a int COMMENT 'zebra column', INDEX remarks_a (a) COMMENT 'zebra index') COMMENT 'zebra table';
       CREATE FUNCTION remark() RETURNS int DETERMINISTIC COMMENT 'zebra routine' RETURN 1`,
    )
    const engine = engineOf()
    const transaction = await begin(engine)
    const signal = AbortSignal.timeout(60_000)
    const found = await engine.catalog.searchObjects(transaction, { text: 'ZEBRA', signal })
    expect(found.map(({ kind, name, comment }) => [kind, name, comment])).toEqual([
      ['column', 'a', 'zebra column'],
      ['routine', 'remark', 'zebra routine'],
      ['table', 'remarks', 'zebra table'],
      ['index', 'remarks_a', 'zebra index'],
    ])
    await transaction.rollback()
  })

  it('reports the position of a syntax error', async () => {
    const transaction = await begin(engineOf())
    await expect(run(transaction, 'SELECT a\nFROM kept WHER a = 1')).rejects.toMatchObject({
      code: 'invalid-params',
      details: { reason: 'sql-syntax', position: 'SELECT a\nFROM kept WHER '.length + 1 },
    })
    await transaction.rollback()
  })

  describe('without the guard', () => {
    it('accepts only one statement per call, by the protocol', async () => {
      const transaction = await begin(engineOf())
      await expect(run(transaction, 'COMMIT; INSERT INTO kept VALUES (1)')).rejects.toThrow(
        'SQL syntax',
      )
      await transaction.rollback()
      expect(await server.admin('SELECT * FROM kept')).toEqual([])
    })

    it.each([
      'INSERT INTO kept VALUES (1)',
      'DELETE FROM kept',
      'CREATE TABLE other (a int)',
      'TRUNCATE TABLE kept',
      'DROP TABLE kept',
      '/*! INSERT INTO kept VALUES (1) */',
      'SELECT nextval(counter)',
    ])('refuses to write in a read-only transaction: %s', async (sql) => {
      await server.admin('CREATE SEQUENCE IF NOT EXISTS counter')
      const transaction = await begin(engineOf())
      await expect(run(transaction, sql)).rejects.toMatchObject({
        code: 'forbidden',
        details: { reason: 'read-only' },
      })
      await transaction.rollback()
      expect(await server.admin('SELECT * FROM kept')).toEqual([])
    })

    it('keeps the session read-only if a statement ends the transaction', async () => {
      const transaction = await begin(engineOf())
      await run(transaction, 'COMMIT')
      await expect(run(transaction, 'INSERT INTO kept VALUES (1)')).rejects.toMatchObject({
        details: { reason: 'read-only' },
      })
      await transaction.rollback()
      expect(await server.admin('SELECT * FROM kept')).toEqual([])
    })

    it('cannot access files, for which its user has no privilege', async () => {
      const file = join(server.folder, 'escaped')
      const transaction = await begin(engineOf())
      await expect(run(transaction, `SELECT 1 INTO OUTFILE '${file}'`)).rejects.toMatchObject({
        code: 'forbidden',
      })
      expect((await run(transaction, "SELECT LOAD_FILE('/etc/hostname')")).rows).toEqual([[null]])
      await transaction.rollback()
      expect(existsSync(file)).toBe(false)
    })
  })

  describe('a user with administrative rights', () => {
    it('is refused in mode read-only', async () => {
      const engine = engineOf({ mode: 'read-only', url: server.adminUrl })
      await expect(begin(engine)).rejects.toMatchObject({
        code: 'forbidden',
        details: { reason: 'superuser' },
      })
    })

    it('is accepted if allowSuperuser is set', async () => {
      const engine = engineOf({ mode: 'read-only', url: server.adminUrl, allowSuperuser: true })
      const transaction = await begin(engine)
      expect((await run(transaction, 'SELECT 1')).rows).toEqual([[1]])
      await transaction.rollback()
    })
  })

  it('sets up each session as the guard expects, also after a reset', async () => {
    const misleading = 'ORACLE,ANSI_QUOTES,NO_BACKSLASH_ESCAPES,IGNORE_SPACE,STRICT_TRANS_TABLES'
    await server.admin(
      `SET GLOBAL sql_mode = '${misleading}'; SET GLOBAL character_set_client = latin1; SET GLOBAL sql_select_limit = 2`,
    )
    try {
      const engine = engineOf({ maxConnections: 1 })
      for (const access of ['read-write', 'read-only'] as const) {
        const transaction = await engine.begin({
          access,
          statementTimeoutMs: 60_000,
          idleTimeoutMs: 60_000,
          signal: AbortSignal.timeout(60_000),
        })
        const settings = `SELECT @@sql_mode, @@character_set_client, 'a\\'"' AS quotes FROM seq_1_to_3`
        const modes = expect.not.stringMatching(/ORACLE|ANSI|BACKSLASH|IGNORE_SPACE/)
        expect((await run(transaction, settings)).rows).toEqual(
          Array.from({ length: 3 }, () => [modes, 'utf8mb4', `a'"`]),
        )
        await transaction.rollback()
      }
    } finally {
      await server.admin(
        'SET GLOBAL sql_mode = DEFAULT; SET GLOBAL character_set_client = DEFAULT; SET GLOBAL sql_select_limit = DEFAULT',
      )
    }
  })

  it('cuts neither a long recursion nor a long group', async () => {
    await server.admin('SET GLOBAL group_concat_max_len = 1024')
    const transaction = await begin(engineOf())
    const steps =
      'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) SELECT count(*), length(group_concat(i)) FROM n'
    expect((await run(transaction, steps)).rows).toEqual([[1500, 6392]])
    await transaction.rollback()
    await server.admin('SET GLOBAL group_concat_max_len = DEFAULT')
  })

  it('reports a failed connection without address and password', async () => {
    const url = 'mysql://reporter:reporter-secret@127.0.0.1:1/shop'
    const failure = await begin(engineOf({ url })).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'unavailable', details: { reason: 'connection-lost' } })
    expect(String(failure)).not.toMatch(/127\.0\.0\.1|secret/)
  })
})
