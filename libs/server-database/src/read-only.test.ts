import { existsSync } from 'node:fs'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { BuiltinEngineName } from './engines/builtin-engines.ts'
import { attackedSchemas, attacks } from './fixtures/attacks.ts'
import { honestQueries, honestSchemas } from './fixtures/harmless-queries.ts'
import { openServer } from './fixtures/open-server.ts'
import type { Shop, ShopSchemas } from './fixtures/shops.ts'
import { makeShop } from './fixtures/shops.ts'
import { mariadbMissing } from './fixtures/start-mariadb.ts'
import { postgresMissing } from './fixtures/start-postgres.ts'

const engines: readonly { readonly engine: BuiltinEngineName; readonly missing: boolean }[] = [
  { engine: 'postgres', missing: postgresMissing },
  { engine: 'pglite', missing: false },
  { engine: 'mysql', missing: mariadbMissing },
  { engine: 'sqlite', missing: false },
]

/** A server with one read-only database, for the tests of a `describe`. */
function withShop(engine: BuiltinEngineName, schemas: ShopSchemas) {
  let shop: Shop
  let server: ReturnType<typeof openServer>
  beforeAll(async () => {
    shop = await makeShop[engine](schemas)
    server = openServer({ databases: [shop.config] })
  }, 60_000)
  afterAll(async () => {
    await server?.server.close()
    await shop?.close()
  }, 60_000)
  return { server: () => server, shop: () => shop }
}

const reasons = ['statement-not-allowed', 'multiple-statements', 'sql-syntax']

const schemas: ShopSchemas = {
  postgresql: [...attackedSchemas.postgresql, ...honestSchemas.postgresql],
  mysql: [...attackedSchemas.mysql, ...honestSchemas.mysql],
  sqlite: [...attackedSchemas.sqlite, ...honestSchemas.sqlite],
}

for (const { engine, missing } of engines) {
  describe.skipIf(missing)(`a read-only ${engine} database`, () => {
    const { server, shop } = withShop(engine, schemas)

    async function tableNames(): Promise<unknown> {
      const { items } = await server().call('listTables')
      return Array.isArray(items) ? items.map(({ name }) => name) : items
    }

    describe('refuses changes and access beyond the data', () => {
      let before: unknown
      beforeAll(async () => {
        before = await tableNames()
      }, 60_000)
      const mine = attacks.filter(({ on }) => on.includes(engine))

      it('with at least 45 different attempts', () => {
        expect(new Set(mine.map(({ sql }) => sql)).size).toBe(mine.length)
        expect(mine.length).toBeGreaterThan(45)
      })

      it.each(mine)('$sql', async ({ sql }) => {
        const attempt = sql.replaceAll('{folder}', shop().folder)
        const { code, details } = await server().refusal('query', { sql: attempt })
        expect(['forbidden', 'invalid-params']).toContain(code)
        expect(reasons).toContain(details?.['reason'])
        expect(details).toMatchObject({
          line: expect.any(Number),
          column: expect.any(Number),
        })
      })

      it('and leaves rows, tables and files unchanged', async () => {
        expect(await server().call('query', { sql: 'SELECT * FROM kept' })).toMatchObject({
          rows: [{ id: 1, note: 'a' }],
        })
        expect(await tableNames()).toEqual(before)
        expect(await shop().strangers()).toEqual([])
        expect(existsSync('/tmp/mcp-escaped')).toBe(false)
      })
    })

    describe('runs harmless queries', () => {
      const mine = honestQueries.filter(({ on }) => on.includes(engine))

      it('at least 40 of them', () => {
        expect(mine.length).toBeGreaterThanOrEqual(40)
      })

      it.each(mine)('$sql', async ({ sql }) => {
        const { rowCount } = await server().call('query', { sql })
        expect(rowCount).toBeGreaterThan(0)
      })
    })
  })
}
