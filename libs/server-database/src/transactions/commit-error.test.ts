import { createRequest, McpError } from '@mcp/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { commitError } from './commit-error.ts'
import { openServer } from '../fixtures/open-server.ts'
import type { TestPostgres } from '../fixtures/start-postgres.ts'
import { postgresMissing, startPostgres } from '../fixtures/start-postgres.ts'
import { sqlError } from '../engines/sql-error.ts'

describe('a failed commit', () => {
  it.each([
    [new McpError('timeout', 'late'), 'timeout'],
    [new McpError('cancelled', 'gone'), 'cancelled'],
    [sqlError({ kind: 'connection-lost', message: 'lost' }), 'upstream-error'],
  ])('after %s has an unknown outcome', (error, code) => {
    expect(commitError(error)).toMatchObject({
      code,
      retryable: false,
      details: { reason: 'outcome-unknown' },
    })
  })

  it('refused by the database was rolled back', () => {
    const error = sqlError({ kind: 'constraint', message: 'no' })
    expect(commitError(error)).toBe(error)
  })
})

describe.skipIf(postgresMissing)('a commit that exceeds its timeout', () => {
  let postgres: TestPostgres
  let served: ReturnType<typeof openServer>
  beforeAll(async () => {
    postgres = await startPostgres()
    // At the end of the transaction, and far longer than any test.
    await postgres.owner(`
      CREATE TABLE slow (id int);
      CREATE FUNCTION waits() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(600); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER late AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION waits()`)
    served = openServer({
      databases: [{ name: 'main', engine: 'postgres', url: postgres.url, mode: 'data' }],
    })
  }, 60_000)
  afterAll(async () => {
    await served?.server.close()
    await postgres?.stop()
  }, 60_000)

  it('reports an unknown outcome of a single statement', async () => {
    const sql = 'INSERT INTO slow VALUES (1)'
    expect(await served.refusal('execute', { sql, timeoutMs: 500 })).toMatchObject({
      code: 'timeout',
      retryable: false,
      details: { reason: 'outcome-unknown' },
    })
    expect(await served.call('query', { sql: 'SELECT 1 AS one' })).toMatchObject({ rowCount: 1 })
  }, 60_000)

  it('reports it for the request and for later uses of the transaction', async () => {
    const { transactionId } = await served.call('begin', { access: 'read-write' })
    await served.call('execute', { transactionId, sql: 'INSERT INTO slow VALUES (2)' })
    const request = createRequest('database-operation', {
      operation: 'commit',
      params: { transactionId },
    })
    const signal = new AbortController().signal
    const deadline = Date.now() + 2000
    expect(
      await served.server.process(request, { signal, deadline, sessionId: 'session' }),
    ).toMatchObject({ error: { code: 'timeout', details: { reason: 'outcome-unknown' } } })
    expect(await served.refusal('commit', { transactionId })).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('unknown whether'),
    })
  }, 60_000)
})
