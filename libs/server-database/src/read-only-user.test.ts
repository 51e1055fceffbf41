import { describe, expect, it } from 'vitest'

import type { DatabaseConfig } from './engines/builtin-engines.ts'
import { openServer } from './fixtures/open-server.ts'
import { mariadbMissing, startMariadb } from './fixtures/start-mariadb.ts'
import { postgresMissing, startPostgres } from './fixtures/start-postgres.ts'

/** Returns the warnings at the first query of a read-only database. */
async function warningsOf(engine: 'mysql' | 'postgres', url: string): Promise<readonly string[]> {
  const warnings: string[] = []
  const log = { info() {}, warn: (message: string) => void warnings.push(message) }
  const database: DatabaseConfig = { name: 'shop', engine, url }
  const { server, call } = openServer({ databases: [database], log })
  await call('query', { sql: 'SELECT 1 AS one' })
  await Promise.all([1, 2, 3].map(() => call('query', { sql: 'SELECT 1 AS one' })))
  await server.close()
  return warnings
}

describe('the user of a read-only database', { timeout: 60_000 }, () => {
  it.skipIf(postgresMissing)('is reported once if it may change data, in PostgreSQL', async () => {
    const postgres = await startPostgres()
    await postgres.owner('CREATE TABLE kept (id int)')
    await postgres.admin('CREATE ROLE reader LOGIN; GRANT SELECT ON kept TO reader')
    expect(await warningsOf('postgres', postgres.url)).toEqual([
      expect.stringContaining('read-only database "shop" has rights to change data'),
    ])
    const reader = postgres.adminUrl.replace('admin@', 'reader@')
    expect(await warningsOf('postgres', reader)).toEqual([])
    await postgres.stop()
  })

  it.skipIf(mariadbMissing)('is reported once if it may change data, in MariaDB', async () => {
    const mariadb = await startMariadb()
    await mariadb.admin(
      "CREATE USER reader@127.0.0.1 IDENTIFIED BY 'x'; GRANT SELECT ON shop.* TO reader@127.0.0.1",
    )
    expect(await warningsOf('mysql', mariadb.url)).toEqual([
      expect.stringContaining('read-only database "shop" has ALL PRIVILEGES'),
    ])
    const reader = mariadb.url.replace('reporter:reporter-secret', 'reader:x')
    expect(await warningsOf('mysql', reader)).toEqual([])
    await mariadb.stop()
  })
})
