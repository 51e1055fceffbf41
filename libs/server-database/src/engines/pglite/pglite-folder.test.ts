import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { copyPgliteFolder } from '../../fixtures/cached-folder.ts'
import { openServer } from '../../fixtures/open-server.ts'
import { pgliteVersion } from './pglite-version.ts'
import { lockFolder } from './folder-lock.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'

const select = { sql: 'SELECT 1 AS one' }

let base: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'mcp-folders-'))
})
afterAll(() => rm(base, { recursive: true, force: true }))

const serve = (folder: string) =>
  openServer({ databases: [{ name: 'main', engine: 'pglite', folder, mode: 'data' }] })

describe('a folder that cannot be opened', { timeout: 120_000 }, () => {
  it.each([
    ['of another version', ['PG_VERSION'], 'created by PostgreSQL 12'],
    ['without its control file', ['global', 'pg_control'], 'is damaged'],
  ])('%s is reported with a remedy, and left unchanged', async (what, path, words) => {
    const folder = join(base, what)
    await copyPgliteFolder(folder)
    const file = join(folder, 'data', ...path)
    await writeFile(file, '12\n')

    const { server, refusal } = serve(folder)
    const error = await refusal('query', select)
    expect(error).toMatchObject({
      code: 'unavailable',
      retryable: false,
      message: expect.stringContaining(words),
      details: { reason: 'database-damaged' },
    })
    expect(error.message).toContain('Restore it from a backup')
    expect(error.message).not.toContain(base)
    await server.close()
    expect(await readFile(file, 'utf8')).toBe('12\n')
  })

  it('reports a path that is not a folder', async () => {
    const folder = join(base, 'file')
    await writeFile(folder, '')
    const { server, refusal } = serve(folder)
    const error = await refusal('query', select)
    expect(error).toMatchObject({ code: 'unavailable', details: { reason: 'no-database' } })
    expect(error.message).not.toContain(base)
    await server.close()
  })

  it('has the starter table in a new database, also after its first creation was killed', async () => {
    const folder = join(base, 'killed')
    await mkdir(join(folder, 'data.new', 'base'), { recursive: true })
    const sql = 'SELECT count(*)::int AS n FROM notes'
    const config = { name: 'main', engine: 'pglite', folder, mode: 'data', starter: true } as const
    const first = openServer({ databases: [config] })
    expect(await first.call('query', { sql })).toMatchObject({ rows: [{ n: 3 }] })
    await first.call('execute', { sql: 'DROP TABLE notes' })
    await first.server.close()
    const second = openServer({ databases: [config] })
    expect((await second.refusal('query', { sql })).message).toContain('"notes" does not exist')
    await second.server.close()
  })

  it('creates a new template if the existing one is damaged', async () => {
    const cacheFolder = join(base, 'cache')
    const template = join(cacheFolder, `pglite-${pgliteVersion()}.tgz`)
    await mkdir(cacheFolder)
    await writeFile(template, 'no archive')

    const { server, call } = openServer({ cacheFolder })
    expect(await call('query', select)).toMatchObject({ rows: [{ one: 1 }] })
    await server.close()
    expect((await readFile(template)).length).toBeGreaterThan(1000)
  })
})

describe('a temporary folder', () => {
  it('is removed when the next one is created, after its process has exited', async () => {
    const old = new Date(Date.now() - 3_600_000)
    const makeOld = async (name: string) => {
      const folder = join(tmpdir(), `mcp-database-${name}`)
      await mkdir(folder, { recursive: true })
      const lock = await lockFolder(folder, name)
      await utimes(join(folder, 'lock'), old, old)
      return { folder, lock }
    }
    const abandoned = await makeOld('test-abandoned')
    abandoned.lock.release()
    const alive = await makeOld('test-alive')
    const unlocked = await mkdtemp(join(tmpdir(), 'mcp-database-'))
    await utimes(unlocked, old, old)
    const starting = await mkdtemp(join(tmpdir(), 'mcp-database-'))

    const made = await makeTemporaryFolder()
    expect(existsSync(abandoned.folder)).toBe(false)
    expect(existsSync(unlocked)).toBe(false)
    expect(existsSync(alive.folder)).toBe(true)
    expect(existsSync(starting)).toBe(true)

    alive.lock.release()
    for (const folder of [alive.folder, starting, made]) await rm(folder, { recursive: true })
  })
})
