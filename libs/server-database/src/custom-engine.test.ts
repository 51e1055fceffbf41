import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, it } from 'vitest'
import * as z from 'zod'

import { databaseServer } from './database-server.ts'
import type { CommonConfig, EngineDefinition } from './engines/engine-definition.ts'
import { commonConfig } from './engines/engine-definition.ts'
import { sqlite } from './engines/sqlite/sqlite-definition.ts'
import { openServer } from './fixtures/open-server.ts'

interface CountersConfig extends CommonConfig {
  readonly engine: 'counters'
  readonly folder: string
}

/** An engine of a third party, which opens a SQLite file in a folder. */
const counters: EngineDefinition<CountersConfig> = {
  name: 'counters',
  dialect: 'sqlite',
  configSchema: () =>
    z.strictObject({ ...commonConfig(), engine: z.literal('counters'), folder: z.string() }),
  urlForm: 'counters:FOLDER',
  fromUrl: ({ scheme, rest }, name) =>
    scheme === 'counters' ? { name, engine: 'counters', folder: rest } : undefined,
  open: ({ folder, ...config }, options) =>
    sqlite.open({ ...config, engine: 'sqlite', file: join(folder, 'counters.db') }, options),
}

const folder = await mkdtemp(join(tmpdir(), 'mcp-counters-'))
afterAll(() => rm(folder, { recursive: true }))

it('serves a database with an engine that the options add', async () => {
  const { server, call } = openServer({
    engines: [counters],
    databases: [{ name: 'main', engine: 'counters', folder, mode: 'data' }],
  })
  await call('execute', { sql: 'CREATE TABLE counter (n INTEGER)' })
  expect(await call('query', { sql: 'SELECT count(*) AS n FROM counter' })).toMatchObject({
    rows: [{ n: 0 }],
  })
  expect(await call('listDatabases')).toMatchObject({
    items: [{ name: 'main', engine: 'counters', dialect: 'sqlite', mode: 'data' }],
  })
  await server.close()
})

it('validates the configuration with the schema of the added engine', () => {
  const config = { name: 'main', engine: 'counters', folder: 5 }
  const databases: CountersConfig[] = JSON.parse(JSON.stringify([config]))
  expect(() => databaseServer({ engines: [counters], databases })).toThrow('databases[0].folder')
})
