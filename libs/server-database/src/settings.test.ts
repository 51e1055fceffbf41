import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, it } from 'vitest'
import * as z from 'zod'

import { databaseOptions, databaseSettings } from './settings.ts'

const folder = await mkdtemp(join(tmpdir(), 'mcp-database-settings-'))
afterAll(() => rm(folder, { recursive: true }))

const schema = z.object({ MCP_DATA_DIR: z.string(), ...databaseSettings() })

const optionsOf = (env: Record<string, string>) =>
  databaseOptions(schema.parse({ MCP_DATA_DIR: folder, ...env }))

it('serves a PGlite database in the data folder by default', () => {
  expect(optionsOf({})).toEqual({
    databases: [{ name: 'main', engine: 'pglite', folder: join(folder, 'database'), mode: 'data' }],
    cacheFolder: join(folder, 'cache'),
  })
})

describe('DATABASE_URL', () => {
  it.each([
    ['postgres://u:p@host/x', { engine: 'postgres', url: 'postgres://u:p@host/x' }],
    ['postgresql://host/x', { engine: 'postgres', url: 'postgresql://host/x' }],
    ['mysql://host/x', { engine: 'mysql', url: 'mysql://host/x' }],
    ['mariadb://host/x', { engine: 'mysql', url: 'mysql://host/x' }],
    ['sqlite:shop.db', { engine: 'sqlite', file: 'shop.db' }],
    ['sqlite:///srv/shop.db', { engine: 'sqlite', file: '/srv/shop.db' }],
    ['pglite:folder', { engine: 'pglite', folder: 'folder' }],
  ])('%s selects the engine', (url, expected) => {
    expect(optionsOf({ DATABASE_URL: url }).databases).toEqual([{ name: 'main', ...expected }])
  })

  it('is read-only unless DATABASE_MODE is set', () => {
    const env = { DATABASE_URL: 'sqlite:shop.db' }
    expect(optionsOf(env).databases[0]?.mode).toBeUndefined()
    expect(optionsOf({ ...env, DATABASE_MODE: 'data' }).databases[0]?.mode).toBe('data')
  })

  it.each(['oracle://u:hunter2@host', 'sqlite:', 'shop.db'])('rejects %s', (url) => {
    const { error } = schema.safeParse({ MCP_DATA_DIR: folder, DATABASE_URL: url })
    expect(error?.message).toContain(
      'must have the form pglite:FOLDER, postgres://…, mysql://… or sqlite:FILE',
    )
    expect(error?.message).not.toContain('hunter2')
  })
})

describe('DATABASES', () => {
  it('replaces DATABASE_URL', () => {
    const databases = [
      { name: 'shop', engine: 'postgres', url: 'postgres://host/x', maxConnections: 3 },
      { name: 'notes', engine: 'pglite', mode: 'data' },
    ]
    expect(optionsOf({ DATABASES: JSON.stringify(databases) }).databases).toEqual(databases)
  })

  it.each([
    ['shop', 'must be JSON'],
    ['[]', 'at least one database'],
    ['[{"name": "shop", "engine": "oracle"}]', 'engine'],
    ['[{"name": "shop", "engine": "sqlite", "flie": "x"}]', 'flie'],
    ['[{"name": "shop", "engine": "sqlite", "file": "x", "mode": "write"}]', 'must be read-only'],
  ])('rejects %s', (text, message) => {
    const { error } = schema.safeParse({ MCP_DATA_DIR: folder, DATABASES: text })
    expect(error?.message).toContain(message)
  })
})
