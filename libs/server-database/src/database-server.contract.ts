import { expectSteadyLoop } from '@mcp/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import type { DatabaseConfig } from './engines/builtin-engines.ts'
import type { EngineDialect } from './engines/engine.contract.ts'
import type { CallOptions } from './fixtures/open-server.ts'
import { openServer } from './fixtures/open-server.ts'
import type { OpenedServer } from './results.contract.ts'
import { itReturnsRightResults } from './results.contract.ts'

/** A database under test. The tests create tables in it. */
export interface DatabaseUnderTest {
  readonly config: DatabaseConfig
  readonly sql: EngineDialect
  cleanUp?(): Promise<void>
}

/** Defines the tests of the server that every engine must pass. Call this function inside a `describe`. */
export function itServesItsDatabase(
  create: () => Promise<DatabaseUnderTest>,
  more: (use: () => OpenedServer) => void = () => {},
): void {
  let tested: DatabaseUnderTest
  let opened: ReturnType<typeof openServer>
  beforeAll(async () => {
    tested = await create()
    opened = openServer({
      databases: [{ ...tested.config, name: 'main', mode: 'data' }],
      busyWaitMs: 2500,
    })
    await opened.call('execute', {
      sql: 'CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY, body VARCHAR(100) NOT NULL)',
    })
    await opened.call('execute', { sql: "INSERT INTO notes (id, body) VALUES (1, 'Buy milk')" })
  }, 120_000)
  afterAll(async () => {
    await opened.server.close()
    await tested.cleanUp?.()
  }, 60_000)

  const use = () => ({ ...opened, engine: tested.config.engine })
  itReturnsRightResults(use)
  more(use)

  const insert = (id: number) => `INSERT INTO notes (id, body) VALUES (${id}, 'Note ${id}')`

  async function noteIds(): Promise<unknown> {
    const { rows } = await opened.call('query', { sql: 'SELECT id FROM notes ORDER BY id' })
    return Array.isArray(rows) ? rows.map(({ id }) => id) : rows
  }

  async function begin(params: Readonly<Record<string, unknown>> = {}, sessionId = 'session') {
    const input = { access: 'read-write', ...params }
    return (await opened.call('begin', input, { sessionId }))['transactionId']
  }

  describe('query', () => {
    it('returns rows as objects or arrays, with names and types of the columns', async () => {
      const sql = 'SELECT id, body FROM notes'
      expect(await opened.call('query', { sql })).toEqual({
        columns: [
          { name: 'id', type: expect.any(String) },
          { name: 'body', type: expect.any(String) },
        ],
        rows: [{ id: 1, body: 'Buy milk' }],
        rowCount: 1,
        truncated: false,
        durationMs: expect.any(Number),
      })
      expect(await opened.call('query', { sql, rowFormat: 'array' })).toMatchObject({
        rows: [[1, 'Buy milk']],
      })
    })

    it('returns columns with duplicate names and names of inherited properties', async () => {
      const sql = `SELECT 1 AS a, 2 AS a, 3 AS ${quoted('constructor')}`
      const { rows } = await opened.call('query', { sql })
      expect(JSON.stringify(rows)).toBe('[{"a":1,"a_2":2,"constructor":3}]')
    })

    it('returns page by page, and the last page again if it is fetched again', async () => {
      const first = await opened.call('query', { sql: tested.sql.series(5), maxRows: 2 })
      expect(first).toMatchObject({ rows: [{ n: 1 }, { n: 2 }], rowCount: 2, truncated: true })
      const page = { cursor: first['nextCursor'], maxRows: 2 }
      const second = await opened.call('fetchPage', page)
      expect(second).toMatchObject({ rows: [{ n: 3 }, { n: 4 }], truncated: true })
      expect(await opened.call('fetchPage', page)).toMatchObject({ rows: [{ n: 3 }, { n: 4 }] })
      const last = await opened.call('fetchPage', { cursor: second['nextCursor'], maxRows: 2 })
      expect(last).toMatchObject({ rows: [{ n: 5 }], truncated: false })
      expect(last).not.toHaveProperty('nextCursor')
      expect(await opened.refusal('fetchPage', page)).toMatchObject({
        code: 'conflict',
        details: { reason: 'cursor-passed' },
      })
    })

    it('reports exactly whether there are more rows', async () => {
      const exact = await opened.call('query', { sql: tested.sql.series(2), maxRows: 2 })
      expect(exact).toMatchObject({ rowCount: 2, truncated: false })
    })

    it('ends a page before it exceeds maxBytes', async () => {
      const sql = tested.sql.series(2000)
      const page = await opened.call('query', { sql, maxRows: 2000, maxBytes: 1024 })
      expect(page).toMatchObject({ truncated: true })
      expect(Buffer.byteLength(JSON.stringify(page['rows']))).toBeLessThanOrEqual(1024)
      const rest = { cursor: page['nextCursor'], maxRows: 2000, maxBytes: 1024 * 1024 }
      const { rows } = await opened.call('fetchPage', rest)
      const first = Array.isArray(page['rows']) ? page['rows'].length : 0
      expect(rows).toHaveLength(2000 - first)
      expect(rows).toHaveProperty('0', { n: first + 1 })
    })

    it('refuses a row that is larger than a page', async () => {
      const text = 'x'.repeat(3000)
      const sql = `SELECT '${text}' AS body`
      expect(await opened.refusal('query', { sql, maxBytes: 1024 })).toMatchObject({
        code: 'payload-too-large',
      })
    })

    it('returns no cursor without a session, and keeps no rows', async () => {
      const sql = tested.sql.series(5)
      const page = await opened.call('query', { sql, maxRows: 2 }, { sessionId: null })
      expect(page).toMatchObject({ truncated: true })
      expect(page).not.toHaveProperty('nextCursor')
    })

    it('changes nothing in any mode', async () => {
      expect(await opened.refusal('query', { sql: 'DELETE FROM notes' })).toMatchObject({
        code: 'forbidden',
        details: { reason: 'statement-not-allowed' },
      })
      expect(await noteIds()).toEqual([1])
    })

    it('ends at its timeout, and the next query works', async () => {
      const sql = tested.sql.endless
      const startedAt = performance.now()
      expect(await opened.refusal('query', { sql, timeoutMs: 300 })).toMatchObject({
        code: 'timeout',
      })
      expect(performance.now() - startedAt).toBeLessThan(5000)
      expect(await noteIds()).toEqual([1])
    }, 60_000)

    it('ends when the caller cancels, and the next query works', async () => {
      const caller = new AbortController()
      setTimeout(() => caller.abort(), 200)
      const asked = opened.refusal('query', { sql: tested.sql.endless }, { signal: caller.signal })
      expect(await asked).toMatchObject({ code: 'cancelled' })
      expect(await noteIds()).toEqual([1])
    }, 60_000)

    it('does not block the event loop, also with many rows', async () => {
      const sql = tested.sql.series(10_000)
      let rowCount: unknown
      await expectSteadyLoop(async () => {
        ;({ rowCount } = await opened.call('query', { sql, maxRows: 10_000, maxBytes: 2 ** 20 }))
      })
      expect(rowCount).toBe(10_000)
    }, 60_000)
  })

  it.each([200, 3000])('returns the number of %i changed rows with RETURNING', async (count) => {
    const sql = `INSERT INTO notes (id, body)
      SELECT n + 100, 'x' FROM (${tested.sql.series(count)}) AS numbers WHERE true RETURNING id`
    expect(await opened.call('execute', { sql, maxRows: 10 })).toMatchObject({
      affectedRows: count,
      rows: { length: 10 },
      truncated: true,
    })
    const deleting = 'DELETE FROM notes WHERE id > 100 RETURNING id'
    expect(await opened.call('execute', { sql: deleting })).toMatchObject({ affectedRows: count })
    expect(await noteIds()).toEqual([1])
  })

  describe('transactions', () => {
    it('keeps the changes of a committed transaction', async () => {
      const transactionId = await begin()
      await opened.call('execute', { sql: insert(10), transactionId })
      const sql = 'SELECT count(*) AS count FROM notes'
      expect(await opened.call('query', { sql, transactionId })).toMatchObject({
        rows: [{ count: 2 }],
      })
      await opened.call('commit', { transactionId })
      expect(await noteIds()).toEqual([1, 10])
      await opened.call('execute', { sql: 'DELETE FROM notes WHERE id = 10' })
    })

    it('rejects uses of an ended transaction with the reason', async () => {
      const transactionId = await begin()
      await opened.call('execute', { sql: insert(11), transactionId })
      await opened.call('rollback', { transactionId })
      expect(await noteIds()).toEqual([1])
      expect(await opened.refusal('commit', { transactionId })).toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('was rolled back'),
      })
    })

    it('rolls back a transaction that expires, and notifies its session', async () => {
      const received: unknown[] = []
      const stop = opened.server.subscribe((notification) => received.push(notification))
      const transactionId = await begin({ timeoutMs: 1500 })
      await opened.call('execute', { sql: insert(12), transactionId })
      await vi.waitFor(() => expect(received).toHaveLength(1), 5000)
      expect(received).toMatchObject([
        {
          type: 'database-transaction-expired',
          data: { database: 'main', transactionId },
          metadata: { sessionIds: ['session'] },
        },
      ])
      expect(await opened.refusal('commit', { transactionId })).toMatchObject({
        code: 'conflict',
        details: { reason: 'transaction-expired' },
      })
      expect(await noteIds()).toEqual([1])
      stop()
    })

    it('rolls back when the session closes', async () => {
      const transactionId = await begin({}, 'leaving')
      await opened.call('execute', { sql: insert(13), transactionId }, { sessionId: 'leaving' })
      await opened.server.sessionClosed('leaving')
      expect(await noteIds()).toEqual([1])
    })

    it('belongs only to its session', async () => {
      const transactionId = await begin()
      expect(
        await opened.refusal('commit', { transactionId }, { sessionId: 'stranger' }),
      ).toMatchObject({ code: 'not-found' })
      await opened.call('rollback', { transactionId })
    })

    it('reports replica-lost for an id of another instance', async () => {
      const transactionId = `transaction-0badcafe-${crypto.randomUUID()}`
      expect(await opened.refusal('commit', { transactionId })).toMatchObject({
        code: 'not-found',
        details: { reason: 'replica-lost' },
      })
    })

    it('continues after a failed statement', async () => {
      const transactionId = await begin()
      await opened.call('execute', { sql: insert(14), transactionId })
      expect(await opened.refusal('execute', { sql: insert(1), transactionId })).toMatchObject({
        code: 'conflict',
        details: { reason: 'constraint' },
      })
      await opened.call('commit', { transactionId })
      expect(await noteIds()).toEqual([1, 14])
      await opened.call('execute', { sql: 'DELETE FROM notes WHERE id = 14' })
    })

    it('runs statements atomically, and names the failed one', async () => {
      const statements = [{ sql: insert(15) }, { sql: insert(16) }]
      expect(await opened.call('transaction', { statements })).toMatchObject({
        results: [{ affectedRows: 1 }, { affectedRows: 1 }],
      })
      const clash = [{ sql: insert(17) }, { sql: insert(15) }]
      expect(await opened.refusal('transaction', { statements: clash })).toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(/^.*Statement 2: /),
        details: { reason: 'constraint', statement: 1 },
      })
      expect(await noteIds()).toEqual([1, 15, 16])
      await opened.call('execute', { sql: 'DELETE FROM notes WHERE id > 1' })
    })

    it('changes nothing in a read-only transaction', async () => {
      const transactionId = await begin({ access: 'read-only' })
      expect(await opened.refusal('execute', { sql: insert(18), transactionId })).toMatchObject({
        code: 'forbidden',
        details: { reason: 'read-only' },
      })
      await opened.call('rollback', { transactionId })
    })

    it('refuses statements that end the transaction', async () => {
      const transactionId = await begin()
      for (const sql of ['COMMIT', 'ROLLBACK', 'BEGIN']) {
        expect(await opened.refusal('execute', { sql, transactionId })).toMatchObject({
          code: 'forbidden',
          details: { reason: 'statement-not-allowed' },
        })
      }
      await opened.call('rollback', { transactionId })
    })
  })

  describe('shares', () => {
    it('responds to a caller while another one has sixty slow queries', async () => {
      const callers = new AbortController()
      const { signal } = callers
      // PGlite runs one statement at a time: the other caller receives the next turn.
      const isSerial = tested.config.engine === 'pglite'
      const sql = isSerial ? 'SELECT count(*) FROM generate_series(1, 100000)' : tested.sql.endless
      let completed = 0
      const busy = Array.from({ length: 60 }, async (_, number) => {
        const caller = { principal: 'busy', sessionId: `busy-${number}`, signal }
        const { status } = await opened.send('query', { sql, timeoutMs: 60_000 }, caller)
        if (status === 'success') completed += 1
      })
      const calm = { principal: 'calm', sessionId: 'calm' }
      for (let turn = 1; turn <= 5; turn += 1) {
        await opened.call('query', { sql: 'SELECT 1 AS one' }, calm)
        expect(completed).toBeLessThanOrEqual(isSerial ? 2 * turn : 0)
      }
      callers.abort()
      await Promise.all(busy)
    }, 60_000)

    it('leaves a place if one caller begins transactions in many sessions', async () => {
      const held: { transactionId: unknown; caller: CallOptions }[] = []
      const attempts = Array.from({ length: 12 }, async (_, number) => {
        const caller = { principal: 'holder', sessionId: `holder-${number}` }
        const params = { access: 'read-only', timeoutMs: 600_000 }
        const response = await opened.send('begin', params, caller)
        if (response.status === 'error') return response.error.code
        held.push({
          transactionId: Reflect.get(Object(response.data['result']), 'transactionId'),
          caller,
        })
        return 'success'
      })
      await vi.waitFor(() => expect(held.length).toBeGreaterThan(0))
      const other = { principal: 'other', sessionId: 'other' }
      if (tested.config.engine !== 'pglite') {
        await opened.call('query', { sql: 'SELECT 1 AS one' }, other)
      }
      expect([...new Set(await Promise.all(attempts))].toSorted()).toEqual([
        'success',
        'unavailable',
      ])
      for (const { transactionId, caller } of held) {
        await opened.call('rollback', { transactionId }, caller)
      }
    }, 60_000)
  })

  describe('the catalog', () => {
    it('suggests a similar table name', async () => {
      expect(await opened.refusal('describeTable', { table: 'notess' })).toMatchObject({
        code: 'not-found',
        details: { near: ['notes'] },
      })
      expect(await opened.refusal('sampleRows', { table: 'notess' })).toMatchObject({
        code: 'not-found',
        details: { near: ['notes'] },
      })
    })

    it('returns sample rows of a table', async () => {
      expect(await opened.call('sampleRows', { table: 'notes' })).toMatchObject({
        rows: [{ id: 1, body: 'Buy milk' }],
      })
    })

    it('validates without running', async () => {
      expect(await opened.call('validateSql', { sql: 'SELECT id FROM notes' })).toEqual({
        valid: true,
        kind: 'read',
      })
      expect(await opened.call('validateSql', { sql: 'SELECT age FROM notes' })).toMatchObject({
        valid: false,
        problem: { message: expect.stringContaining('age') },
      })
      expect(await opened.call('validateSql', { sql: 'DELETE FROM notes' })).toMatchObject({
        valid: true,
        kind: 'data',
      })
      expect(await noteIds()).toEqual([1])
    })

    it('notifies all sessions when tables change', async () => {
      const received: unknown[] = []
      const stop = opened.server.subscribe((notification) => received.push(notification))
      await opened.call('execute', { sql: 'CREATE TABLE passing (id INTEGER)' })
      await opened.call('execute', { sql: 'DROP TABLE passing' })
      await vi.waitFor(() => expect(received).toHaveLength(2))
      expect(received[0]).toMatchObject({
        type: 'database-schema-changed',
        data: { database: 'main' },
      })
      stop()
    })
  })

  function quoted(name: string): string {
    return tested.config.engine === 'mysql' ? `\`${name}\`` : `"${name}"`
  }
}
