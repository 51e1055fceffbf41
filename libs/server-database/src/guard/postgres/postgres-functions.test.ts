import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openServer } from '../../fixtures/open-server.ts'
import type { TestPostgres } from '../../fixtures/start-postgres.ts'
import { postgresMissing, startPostgres } from '../../fixtures/start-postgres.ts'

/** Functions whose calls are syntax of their own in some version. */
const laterSyntax = [
  'json',
  'json_array',
  'json_arrayagg',
  'json_exists',
  'json_object',
  'json_objectagg',
  'json_query',
  'json_scalar',
  'json_serialize',
  'json_table',
  'json_value',
  'merge_action',
  'normalize',
  'any_value',
]

const spellings = (name: string) => [
  `SELECT ${name}()`,
  `SELECT ${name}('1')`,
  `SELECT ${name}('1', '$')`,
  `SELECT "${name}"('1')`,
  `SELECT * FROM ${name} ('1') AS x`,
]

describe.skipIf(postgresMissing)('volatile functions with the names of keywords', () => {
  let postgres: TestPostgres
  let served: ReturnType<typeof openServer>
  let names: readonly string[]

  beforeAll(async () => {
    postgres = await startPostgres()
    // Functions whose name is a keyword can have a grammar of their own. Checking all takes two minutes.
    const some = process.env['GUARD_CHECK'] === 'whole' ? '' : "WHERE catcode IN ('C', 'T')"
    const keywords = await postgres.admin(`SELECT word FROM pg_get_keywords() ${some}`)
    names = [...new Set([...keywords.map(({ word }) => String(word)), ...laterSyntax])]
    const params = ['', 'text', 'text, text']
    const functions = names.flatMap((name) =>
      params.map(
        (types) => `CREATE FUNCTION "${name}"(${types}) RETURNS text LANGUAGE plpgsql AS
          $$ BEGIN RETURN 'ran'; END $$;`,
      ),
    )
    await postgres.owner(functions.join('\n'))
    served = openServer({ databases: [{ name: 'main', engine: 'postgres', url: postgres.url }] })
  }, 60_000)
  afterAll(async () => {
    await served?.server.close()
    await postgres?.stop()
  }, 60_000)

  it('never run in a query', async () => {
    const ran: string[] = []
    let refused = 0
    for (const sql of names.flatMap(spellings)) {
      const response = await served.send('query', { sql })
      if (response.status === 'success' && JSON.stringify(response.data).includes('"ran"'))
        ran.push(sql)
      if (response.status === 'error' && response.error.code === 'forbidden') refused += 1
    }
    expect(ran).toEqual([])
    expect(refused).toBeGreaterThan(100)
  }, 120_000)

  it.each(['json_scalar', 'json_serialize'])('are refused by name: %s', async (name) => {
    expect(await served.refusal('query', { sql: `SELECT ${name}('1')` })).toMatchObject({
      message: expect.stringContaining(`public.${name}(…) is volatile`),
    })
  })
})
