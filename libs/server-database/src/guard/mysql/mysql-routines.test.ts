import type { Connection } from 'mysql2/promise'
import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { TestMariadb } from '../../fixtures/start-mariadb.ts'
import { mariadbMissing, startMariadb } from '../../fixtures/start-mariadb.ts'
import { openServer } from '../../fixtures/open-server.ts'
import { createMysqlGuard } from '../token-guard.ts'
import { harmlessFunctions, plainWords, reservedWords } from './mysql-names.ts'

const geometryFunctions = ['ST_ASTEXT', 'ST_DISTANCE', 'ST_LATFROMGEOHASH', 'ST_MADE_UP']
const names = [
  ...new Set([...harmlessFunctions, ...plainWords, ...reservedWords, ...geometryFunctions]),
]
const spellings = (name: string, args: string) => [
  `SELECT ${name}(${args})`,
  `SELECT ${name} (${args})`,
  `SELECT ${name}/**/(${args})`,
  `SELECT \`${name}\`(${args})`,
]

describe.skipIf(mariadbMissing)('stored functions with the names of built-in ones', () => {
  let mariadb: TestMariadb
  let connection: Connection
  const guard = createMysqlGuard()

  beforeAll(async () => {
    mariadb = await startMariadb()
    connection = await createConnection({ uri: mariadb.adminUrl, flags: ['-IGNORE_SPACE'] })
    for (const [schema, params] of [
      ['none', ''],
      ['one', 'a text'],
    ]) {
      await connection.query(`CREATE DATABASE ${schema}`)
      await connection.query(`GRANT ALL ON ${schema}.* TO reporter@127.0.0.1`)
      for (const name of names) {
        await connection.query(
          `CREATE FUNCTION ${schema}.\`${name}\`(${params}) RETURNS text RETURN 'stored'`,
        )
      }
    }
  }, 120_000)
  afterAll(async () => {
    await connection?.end()
    await mariadb?.stop()
  }, 60_000)

  it.each([
    ['none', ''],
    ['one', "'1'"],
  ])(
    'never run in place of those that the guard allows, in schema %s',
    async (schema, args) => {
      await connection.query(`USE ${schema}`)
      const taken: string[] = []
      const counts = { builtIn: 0, lookedUp: 0, refused: 0 }
      for (const sql of names.flatMap((name) => spellings(name, args))) {
        const checked = await guard
          .check(sql, { mode: 'read-only', access: 'read-only' })
          .catch(() => undefined)
        if (checked === undefined) counts.refused += 1
        else if (checked.verify !== undefined) counts.lookedUp += 1
        else {
          counts.builtIn += 1
          const run: unknown = await connection.query(sql).catch((error: unknown) => error)
          const text = run instanceof Error ? run.message : JSON.stringify(run)
          // An error about its arguments means that the stored function was found.
          if (/"stored"|arguments for FUNCTION/.test(text)) taken.push(sql)
        }
      }
      expect(taken).toEqual([])
      expect(counts.builtIn).toBeGreaterThan(300)
      expect(counts.lookedUp).toBeGreaterThan(300)
    },
    60_000,
  )

  it('are refused by name and position, and built-in ones of this server run', async () => {
    const { port } = new URL(mariadb.url)
    const url = `mysql://reporter:reporter-secret@127.0.0.1:${port}`
    const { server, call, refusal } = openServer({
      databases: [
        { name: 'without', engine: 'mysql', url: `${url}/shop` },
        { name: 'with', engine: 'mysql', url: `${url}/one` },
      ],
    })
    try {
      const sql = "SELECT 1,\n  json_value('{\"a\": 5}', '$.a') AS a"
      expect(await call('query', { database: 'without', sql })).toMatchObject({
        rows: [{ a: '5' }],
      })
      const details = { reason: 'statement-not-allowed', line: 2, column: 3 }
      expect(await refusal('query', { database: 'with', sql })).toMatchObject({ details })
    } finally {
      await server.close()
    }
  }, 60_000)
})
