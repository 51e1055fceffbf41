import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createLogger, readEnvironment } from '@mcp/node'
import { afterAll, expect, it } from 'vitest'

import { config } from './config.ts'
import { start } from './service.ts'

const folder = mkdtempSync(join(tmpdir(), 'mcp-database-app-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function ask(env: Record<string, string>, payload: object): Promise<unknown> {
  const log = createLogger({ name: 'database-server', level: 'error' })
  const settings = readEnvironment(config, {
    env: { DATABASE_SERVER_PORT: '0', MCP_DATA_DIR: folder, ...env },
  })
  const { banner, close } = await start(settings, { log })
  try {
    const url = /http:\S+/.exec(banner?.join('\n') ?? '')?.[0]
    const response = await fetch(`${url}/process`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'req-1', type: 'database-operation', payload }),
    })
    return await response.json()
  } finally {
    await close({})
  }
}

it('serves an embedded database in the data folder', async () => {
  const sql = 'SELECT 6 * 7 AS response'
  expect(await ask({}, { operation: 'query', params: { sql } })).toMatchObject({
    id: 'req-1',
    status: 'success',
    data: { result: { rows: [{ response: 42 }] } },
    metadata: { source: 'mcp-server-4' },
  })
}, 60_000)

it('serves the database of DATABASE_URL, read-only by default', async () => {
  const list = { operation: 'listDatabases' }
  const url = `sqlite:${join(folder, 'shop.db')}`
  const items = [{ name: 'main', engine: 'sqlite', dialect: 'sqlite', mode: 'read-only' }]
  expect(await ask({ DATABASE_URL: url }, list)).toMatchObject({ data: { result: { items } } })
  expect(await ask({ DATABASE_URL: url, DATABASE_MODE: 'data' }, list)).toMatchObject({
    data: { result: { items: [{ mode: 'data' }] } },
  })
})

it('serves the databases of DATABASES', async () => {
  const databases = [
    { name: 'shop', engine: 'sqlite', file: 'shop.db' },
    { name: 'notes', engine: 'pglite', mode: 'data' },
  ]
  const env = { DATABASES: JSON.stringify(databases) }
  expect(await ask(env, { operation: 'listDatabases' })).toMatchObject({
    data: { result: { items: [{ name: 'shop' }, { name: 'notes' }] } },
  })
})

it.each([
  [{ DATABASE_URL: 'oracle://user:hunter2@host/x' }, 'DATABASE_URL'],
  [{ DATABASES: 'shop' }, 'DATABASES'],
  [{ DATABASES: '[{"name": "shop", "engine": "sqlite", "flie": "x"}]' }, 'flie'],
])('refuses %j without repeating a password', (env, named) => {
  const read = () => readEnvironment(config, { env })
  expect(read).toThrow(named)
  expect(read).not.toThrow('hunter2')
})
