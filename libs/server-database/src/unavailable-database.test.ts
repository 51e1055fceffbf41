import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { openServer } from './fixtures/open-server.ts'
import type { TestPostgres } from './fixtures/start-postgres.ts'
import { postgresMissing, startPostgres } from './fixtures/start-postgres.ts'

describe.skipIf(postgresMissing)('a database server that is stopped and started', () => {
  let postgres: TestPostgres
  let served: ReturnType<typeof openServer>
  const lines: string[] = []
  const log = {
    info: (message: string) => lines.push(`info ${message}`),
    warn: (message: string) => lines.push(`warn ${message}`),
  }
  const sql = 'SELECT 1 AS one'

  beforeAll(async () => {
    postgres = await startPostgres()
    const shop = { name: 'shop', engine: 'postgres', url: postgres.url } as const
    served = openServer({ databases: [shop], log })
  }, 60_000)
  afterAll(async () => {
    await served?.server.close()
    await postgres?.stop()
  }, 60_000)

  it('frees the place of a transaction whose connection it closed', async () => {
    const shop = { name: 'shop', engine: 'postgres', url: postgres.url, mode: 'data' } as const
    const { server, call, refusal } = openServer({ databases: [{ ...shop, maxConnections: 1 }] })
    const { transactionId } = await call('begin', { timeoutMs: 600_000 })
    const pid = 'SELECT pg_backend_pid() AS pid'
    await postgres.admin(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reporter'",
    )
    await vi.waitFor(async () =>
      expect(await refusal('query', { sql: pid, transactionId })).toMatchObject({
        code: 'conflict',
        details: { reason: 'transaction-over' },
      }),
    )
    expect(await refusal('query', { sql, transactionId })).toMatchObject({
      details: { reason: 'transaction-ended', how: 'failed' },
    })
    expect(await call('query', { sql })).toMatchObject({ rows: [{ one: 1 }] })
    await server.close()
  })

  it('is reported by health, once by the log, quickly to callers, and recovers by itself', async () => {
    // Pooled connections, which the stop closes.
    await Promise.all(Array.from({ length: 4 }, () => served.call('query', { sql })))
    expect(await served.server.health?.()).toEqual({ state: 'healthy' })

    const start = await postgres.halt()
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const startedAt = performance.now()
      expect(await served.refusal('query', { sql })).toMatchObject({
        code: 'unavailable',
        retryable: true,
        details: { reason: 'connection-lost' },
      })
      expect(performance.now() - startedAt).toBeLessThan(3000)
    }
    expect(await served.server.health?.()).toEqual({
      state: 'unhealthy',
      reason: 'Unavailable databases: "shop".',
    })
    expect(lines).toEqual([
      'warn Database "shop" is unavailable: The connection to the database failed or was lost.',
    ])

    await start()
    // No call is needed for it.
    await vi.waitFor(() => expect(lines).toHaveLength(2))
    expect(lines[1]).toBe('info Database "shop" is available again')
    expect(await served.server.health?.()).toEqual({ state: 'healthy' })
    expect(await served.call('query', { sql })).toMatchObject({ rows: [{ one: 1 }] })
  }, 60_000)

  it('is not noticed by callers if it was restarted between their calls', async () => {
    await Promise.all(Array.from({ length: 4 }, () => served.call('query', { sql })))
    const start = await postgres.halt()
    await start()
    expect(await served.call('query', { sql })).toMatchObject({ rows: [{ one: 1 }] })
    expect(lines).toHaveLength(2)
  }, 60_000)

  it('is noticed by health without calls', async () => {
    const start = await postgres.halt()
    await vi.waitFor(
      async () => expect(await served.server.health?.()).toMatchObject({ state: 'unhealthy' }),
      20_000,
    )
    await start()
    await vi.waitFor(() => expect(lines).toHaveLength(4))
  }, 60_000)
})
