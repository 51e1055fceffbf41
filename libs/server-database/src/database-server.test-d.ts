import { expectTypeOf, it } from 'vitest'

import type { DatabaseHandlers } from './handlers.ts'
import { databaseServer } from './database-server.ts'

it('accepts the keys of each engine, and no others', () => {
  databaseServer({ databases: [{ name: 'a', engine: 'sqlite', file: 'a.db', mode: 'data' }] })
  // @ts-expect-error SQLite needs a file
  databaseServer({ databases: [{ name: 'a', engine: 'sqlite' }] })
  // @ts-expect-error a misspelt key
  databaseServer({ databases: [{ name: 'a', engine: 'pglite', flie: 'a' }] })
  // @ts-expect-error no such mode
  databaseServer({ databases: [{ name: 'a', engine: 'pglite', mode: 'write' }] })
})

it('gives handlers the defaults of the contract', () => {
  type Query = Parameters<DatabaseHandlers['query']>[0]
  expectTypeOf<Query['maxRows']>().toEqualTypeOf<number>()
  expectTypeOf<Query['rowFormat']>().toEqualTypeOf<'object' | 'array'>()
  expectTypeOf<Query['transactionId']>().toEqualTypeOf<string | undefined>()
})
