import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { DatabaseMode } from '../database-mode.ts'
import type { EngineTransaction } from '../engine-transaction.ts'
import type { Engine } from '../engine.ts'
import { itIsAnEngine } from '../engine.contract.ts'
import { heapAfter } from '../../fixtures/heap-after.ts'
import { postgresqlWords } from '../../fixtures/postgresql-words.ts'
import type { TestPostgres } from '../../fixtures/start-postgres.ts'
import { postgresMissing, startPostgres } from '../../fixtures/start-postgres.ts'
import { createPostgresEngine } from './postgres-engine.ts'

describe.skipIf(postgresMissing)('on a PostgreSQL server', () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server?.stop())

  const engines: Engine[] = []
  afterAll(async () => {
    await Promise.all(engines.map((engine) => engine.close()))
  })

  function engineOf(
    options: { mode?: DatabaseMode; url?: string; allowSuperuser?: boolean } = {},
  ): Engine {
    const { mode = 'data', url = server.url, allowSuperuser } = options
    const engine = createPostgresEngine({
      name: 'shop',
      url,
      mode,
      allowSuperuser,
      maxConnections: 3,
    })
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

  const sessions = () =>
    server.admin(
      "SELECT state FROM pg_stat_activity WHERE usename = 'reporter' AND state <> 'idle'",
    )

  describe('as an engine', () => {
    itIsAnEngine(async () => ({
      engine: engineOf(),
      sql: postgresqlWords,
    }))
  })

  it('enforces the statement timeout in the database as well, and continues the transaction', async () => {
    const transaction = await begin(engineOf(), { statementTimeoutMs: 200 })
    await expect(
      run(transaction, 'SELECT count(*) FROM generate_series(1, 1000000000000)'),
    ).rejects.toMatchObject({ code: 'timeout' })
    expect((await run(transaction, 'SELECT 1')).rows).toEqual([[1]])
    await transaction.commit({ signal: AbortSignal.timeout(10_000) })
    expect(await sessions()).toEqual([])
  })

  it('stops a running statement on the server when the caller aborts', async () => {
    const engine = engineOf()
    const transaction = await begin(engine)
    const caller = new AbortController()
    setTimeout(() => caller.abort(new Error('gone')), 100)
    await expect(
      run(transaction, 'SELECT count(*) FROM generate_series(1, 1000000000000)', caller.signal),
    ).rejects.toThrow('gone')
    expect(await sessions()).toEqual([])
    const next = await begin(engine)
    expect((await run(next, 'SELECT 2')).rows).toEqual([[2]])
    await next.rollback()
  })

  it('closes only the transaction that was idle for too long', async () => {
    const engine = engineOf()
    const transaction = await begin(engine, { idleTimeoutMs: 100 })
    await expect
      .poll(() => run(transaction, 'SELECT 1').then(() => '', String), { interval: 300 })
      .toMatch(/over|lost|terminat/)
    await transaction.rollback()
    const next = await begin(engine)
    expect((await run(next, 'SELECT 3')).rows).toEqual([[3]])
    await next.rollback()
  })

  it('reads a million rows in pages with constant memory', async () => {
    const transaction = await begin(engineOf())
    const signal = AbortSignal.timeout(60_000)
    const sql = "SELECT n, repeat('x', 100) FROM generate_series(1, 1000000) AS n"
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

  it('names user-defined types', async () => {
    await server.admin("CREATE TYPE mood AS ENUM ('calm'); GRANT USAGE ON TYPE mood TO reporter")
    const transaction = await begin(engineOf())
    const { columns } = await run(transaction, "SELECT 'calm'::mood AS a, ARRAY['calm'::mood] AS b")
    expect(columns.map(({ type }) => type)).toEqual(['mood', 'mood[]'])
    await transaction.rollback()
  })

  it('resets the connection between writers: a temporary table hides no real one', async () => {
    const engine = createPostgresEngine({
      name: 'shop',
      url: server.url,
      mode: 'data',
      maxConnections: 1,
    })
    engines.push(engine)
    await server.admin('CREATE TABLE real (a int); GRANT SELECT ON real TO reporter')
    const writer = await engine.begin({
      access: 'read-write',
      statementTimeoutMs: 5000,
      idleTimeoutMs: 5000,
      signal: AbortSignal.timeout(5000),
    })
    await run(writer, 'CREATE TEMP TABLE real AS SELECT 666 AS a')
    await writer.commit({ signal: AbortSignal.timeout(5000) })
    const reader = await begin(engine)
    expect((await run(reader, 'SELECT * FROM real')).rows).toEqual([])
    await reader.rollback()
  })

  describe('without the guard', () => {
    it('accepts only one statement per call, by the protocol', async () => {
      await server.admin('CREATE TABLE kept (a int); GRANT ALL ON kept TO reporter')
      const transaction = await begin(engineOf())
      await expect(run(transaction, 'COMMIT; INSERT INTO kept VALUES (1)')).rejects.toThrow(
        'multiple commands',
      )
      await transaction.rollback()
      expect(await server.admin('SELECT * FROM kept')).toEqual([])
    })

    it.each([
      'INSERT INTO kept VALUES (1)',
      'WITH gone AS (DELETE FROM kept RETURNING *) SELECT * FROM gone',
      'SELECT * INTO stolen FROM kept',
      'SELECT * FROM kept FOR UPDATE',
      "SELECT nextval('counter')",
      'CREATE TABLE other (a int)',
    ])('refuses to write in a read-only transaction: %s', async (sql) => {
      await server.admin(
        'CREATE TABLE IF NOT EXISTS kept (a int); GRANT ALL ON kept TO reporter; CREATE SEQUENCE IF NOT EXISTS counter; GRANT ALL ON SEQUENCE counter TO reporter',
      )
      const transaction = await begin(engineOf())
      await expect(run(transaction, sql)).rejects.toMatchObject({
        code: 'forbidden',
        details: { reason: 'read-only' },
      })
      await transaction.rollback()
    })

    it.each([
      "COPY (SELECT 1) TO PROGRAM 'touch /tmp/escaped'",
      "SELECT pg_read_file('/etc/hostname')",
      "SELECT lo_import('/etc/hostname')",
      "SELECT pg_ls_dir('/')",
    ])('leaves files and programs to superusers, which its user is not: %s', async (sql) => {
      const transaction = await begin(engineOf())
      await expect(run(transaction, sql)).rejects.toMatchObject({ code: 'forbidden' })
      await transaction.rollback()
    })

    it('keeps a read-only database read-only if a statement ends the transaction', async () => {
      await server.admin('CREATE TABLE IF NOT EXISTS kept (a int); GRANT ALL ON kept TO reporter')
      const transaction = await begin(engineOf({ mode: 'read-only' }))
      await run(transaction, 'COMMIT').catch(() => {})
      await expect(run(transaction, 'INSERT INTO kept VALUES (1)')).rejects.toThrow(
        /read-only|aborted|savepoint/i,
      )
      await transaction.rollback()
      expect(await server.admin('SELECT * FROM kept')).toEqual([])
    })
  })

  describe('a superuser', () => {
    it('is refused in mode read-only', async () => {
      const engine = engineOf({ mode: 'read-only', url: server.adminUrl })
      await expect(begin(engine)).rejects.toMatchObject({
        code: 'forbidden',
        details: { reason: 'superuser' },
      })
    })

    it('is also refused if it only has a role that reads files', async () => {
      await server.admin(
        "CREATE ROLE filer LOGIN PASSWORD 'x'; GRANT pg_read_server_files TO filer",
      )
      const url = server.url.replace('reporter:reporter-secret', 'filer:x')
      await expect(begin(engineOf({ mode: 'read-only', url }))).rejects.toThrow(
        'has the role pg_read_server_files',
      )
    })

    it('is accepted if allowSuperuser is set', async () => {
      const engine = engineOf({ mode: 'read-only', url: server.adminUrl, allowSuperuser: true })
      const transaction = await begin(engine)
      expect((await run(transaction, 'SELECT 1')).rows).toEqual([[1]])
      await transaction.rollback()
    })
  })

  it('reports a failed connection without address and password', async () => {
    const url = 'postgres://reporter:reporter-secret@127.0.0.1:1/shop'
    const failure = await begin(engineOf({ url })).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'unavailable', details: { reason: 'connection-lost' } })
    expect(String(failure)).not.toMatch(/127\.0\.0\.1|secret/)
  })
})
