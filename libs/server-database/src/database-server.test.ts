import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import type { DatabaseConfig } from './engines/builtin-engines.ts'
import { databaseServer } from './database-server.ts'
import { itServesItsDatabase } from './database-server.contract.ts'
import { itReturnsPgResults } from './pg-results.contract.ts'
import { openServer } from './fixtures/open-server.ts'
import { postgresqlWords } from './fixtures/postgresql-words.ts'
import { sqliteWords } from './fixtures/sqlite-words.ts'

describe('a server of PGlite', () => {
  itServesItsDatabase(
    async () => ({ config: { name: 'main', engine: 'pglite' }, sql: postgresqlWords }),
    itReturnsPgResults,
  )
})

describe('a server of SQLite', () => {
  itServesItsDatabase(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-sqlite-'))
    return {
      config: { name: 'main', engine: 'sqlite', file: join(folder, 'data', 'main.db') },
      sql: sqliteWords,
      cleanUp: () => rm(folder, { recursive: true }),
    }
  })
})

const file = join(tmpdir(), 'never-opened.db')

describe('configuration', () => {
  it.each([
    [
      { name: 'a', engine: 'sqlite', file, moode: 'data' },
      'databases[0]: unknown key "moode" for the engine sqlite. Did you mean "mode"?',
    ],
    [
      { name: 'a', engine: 'pglite', url: 'postgres://x' },
      'unknown key "url" for the engine pglite',
    ],
    [
      { name: 'a', engine: 'oracle' },
      'databases[0].engine: unknown engine "oracle". Known: pglite',
    ],
    [
      { name: 'a', engine: 'pglite', mode: 'write' },
      'databases[0].mode: must be read-only, data or admin',
    ],
    [{ name: 'a b', engine: 'pglite' }, 'databases[0].name: must be'],
  ])('refuses %j', (config, message) => {
    // Values as a JavaScript program or a file may pass them.
    const configs: DatabaseConfig[] = JSON.parse(JSON.stringify([config]))
    expect(() => databaseServer({ databases: configs })).toThrow(message)
  })

  it('refuses duplicate names and an empty list', () => {
    const config = { name: 'a', engine: 'pglite' } as const
    expect(() => databaseServer({ databases: [config, config] })).toThrow('duplicate name "a"')
    expect(() => databaseServer({ databases: [] })).toThrow('must not be empty')
  })

  it('serves one PGlite database by default', async () => {
    const { server, call } = openServer()
    expect(await call('listDatabases')).toEqual({
      items: [{ name: 'main', engine: 'pglite', dialect: 'postgresql', mode: 'data' }],
    })
    await server.close()
  })

  it('suggests a similar database name', async () => {
    const { server, refusal } = openServer()
    expect(await refusal('query', { database: 'mainn', sql: 'SELECT 1' })).toMatchObject({
      code: 'not-found',
      details: { near: ['main'] },
    })
    await server.close()
  })
})

describe('a read-only database', () => {
  it('is the default, refuses changes, and is not created if it does not exist', async () => {
    const databases: DatabaseConfig[] = [{ name: 'shop', engine: 'sqlite', file }]
    const { server, call, refusal } = openServer({ databases })
    expect(await call('listDatabases')).toMatchObject({ items: [{ mode: 'read-only' }] })
    for (const [operation, params] of [
      ['execute', { sql: 'CREATE TABLE a (b INTEGER)' }],
      ['transaction', { statements: [{ sql: 'CREATE TABLE a (b INTEGER)' }] }],
      ['begin', { access: 'read-write' }],
    ] as const) {
      expect(await refusal(operation, params)).toMatchObject({
        code: 'forbidden',
        details: { reason: 'read-only' },
      })
    }
    const absent = await refusal('query', { sql: 'SELECT 1' })
    expect(absent).toMatchObject({ code: 'unavailable', details: { reason: 'no-database' } })
    expect(JSON.stringify(absent)).not.toContain(tmpdir())
    await server.close()
  })
})

describe('limits', { timeout: 60_000 }, () => {
  let folder: string
  let databases: DatabaseConfig[]
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-sqlite-'))
    databases = [{ name: 'main', engine: 'sqlite', file: join(folder, 'main.db'), mode: 'data' }]
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('limits the transactions of a session', async () => {
    const { server, call, refusal } = openServer({ databases, transactionsPerSession: 1 })
    const { transactionId } = await call('begin')
    expect(await refusal('begin')).toMatchObject({
      code: 'rate-limited',
      details: { reason: 'too-many-transactions' },
    })
    await call('rollback', { transactionId })
    await server.close()
  })

  it('reserves half of the transactions of a database for other sessions', async () => {
    const { server, call, refusal } = openServer({ databases })
    for (let count = 1; count <= 2; count += 1) await call('begin', { access: 'read-only' })
    expect(await refusal('begin', { access: 'read-only' })).toMatchObject({
      code: 'rate-limited',
      details: { reason: 'too-many-transactions' },
    })
    const other = { sessionId: 'other' }
    expect(await call('query', { sql: 'SELECT 1' }, other)).toMatchObject({ rowCount: 1 })
    await server.close()
  })

  it('reports database-busy after busyWaitMs', async () => {
    const { server, call, refusal } = openServer({ busyWaitMs: 50 })
    await call('begin')
    const other = { sessionId: 'other' }
    expect(await refusal('query', { sql: 'SELECT 1' }, other)).toMatchObject({
      code: 'unavailable',
      retryable: true,
      details: { reason: 'database-busy' },
    })
    await server.close()
  })

  it('closes a cursor with unread rows if its transaction is needed', async () => {
    const { server, call, refusal } = openServer()
    const sql = postgresqlWords.series(5)
    const { nextCursor } = await call('query', { sql, maxRows: 2 })
    expect(await call('query', { sql }, { sessionId: 'other' })).toMatchObject({ rowCount: 5 })
    expect(await refusal('fetchPage', { cursor: nextCursor })).toMatchObject({
      code: 'conflict',
      details: { reason: 'cursor-closed' },
    })
    await server.close()
  })

  it('discards unread rows after cursorIdleMs', async () => {
    const { server, call, refusal } = openServer({ databases, cursorIdleMs: 1 })
    const sql = sqliteWords.series(5)
    const { nextCursor } = await call('query', { sql, maxRows: 2 })
    await expect
      .poll(() => refusal('fetchPage', { cursor: nextCursor }))
      .toMatchObject({ code: 'conflict', details: { reason: 'cursor-closed' } })
    await server.close()
  })
})

describe('PGlite in memory', { timeout: 60_000 }, () => {
  let opened: ReturnType<typeof openServer>
  beforeAll(() => {
    opened = openServer()
  })
  afterAll(() => opened.server.close())

  it('runs statements as a user without access to system tables', async () => {
    const { call, refusal } = opened
    await call('execute', { sql: 'CREATE VIEW functions AS SELECT * FROM pg_proc' })
    const sql = "UPDATE functions SET provolatile = 'i' WHERE proname = 'pg_read_file'"
    expect(await refusal('execute', { sql })).toMatchObject({
      code: 'forbidden',
      details: { reason: 'permission-denied' },
    })
  })

  it('returns no samples of tables that a query may not read', async () => {
    const { refusal } = opened
    const table = { schema: 'pg_catalog', table: 'pg_authid' }
    expect(await refusal('sampleRows', table)).toMatchObject({
      code: 'forbidden',
      details: { reason: 'statement-not-allowed' },
    })
  })

  it('keeps committed changes after a statement was stopped', async () => {
    const { call, refusal } = opened
    await call('execute', { sql: 'CREATE TABLE kept (id integer)' })
    await call('execute', { sql: 'INSERT INTO kept VALUES (1)' })
    await refusal('query', { sql: postgresqlWords.endless, timeoutMs: 100 })
    expect(await call('query', { sql: 'SELECT id FROM kept' })).toMatchObject({ rows: [{ id: 1 }] })
  })
})

describe('a transaction that another caller needs', { timeout: 60_000 }, () => {
  it('is rolled back if it is older than 30 seconds, not before', async () => {
    let elapsedMs = 0
    const clock: Clock = { ...systemClock, now: () => systemClock.now() + elapsedMs }
    const { server, call, refusal } = openServer({ clock, busyWaitMs: 50 })
    const holder = { principal: 'holder', sessionId: 'holder' }
    const other = { principal: 'other', sessionId: 'other' }
    const { transactionId } = await call('begin', { timeoutMs: 600_000 }, holder)
    const busy = await refusal('query', { sql: 'SELECT 1 AS one' }, other)
    // Longer than the delay after which a session manager repeats the request.
    expect(busy.details).toMatchObject({ reason: 'database-busy', retryAfterMs: 5000 })
    elapsedMs = 30_000
    await vi.waitFor(async () =>
      expect(await call('query', { sql: 'SELECT 1 AS one' }, other)).toMatchObject({ rowCount: 1 }),
    )
    expect(await refusal('commit', { transactionId }, holder)).toMatchObject({
      details: { reason: 'transaction-expired' },
    })
    await server.close()
  })
})
