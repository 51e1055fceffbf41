import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'
import * as z from 'zod'

import type { DatabaseConfig } from './engines/builtin-engines.ts'
import { cacheFolder } from './fixtures/cached-folder.ts'
import { postgresqlWords } from './fixtures/postgresql-words.ts'
import { sqliteWords } from './fixtures/sqlite-words.ts'
import { startProgram } from './fixtures/start-program.ts'

const measured = z.object({ rows: z.number(), early: z.number(), peak: z.number() })

async function stream(config: DatabaseConfig, sql: string) {
  const { lines, ended } = startProgram(
    'streaming-program',
    JSON.stringify(config),
    sql,
    cacheFolder,
  )
  let last = ''
  for await (const line of lines) last = line
  await ended
  return measured.parse(JSON.parse(last))
}

const growthBytes = 64 * 1024 * 1024

describe('a million rows', () => {
  it('are read in pages from PGlite with constant memory', async () => {
    const config = { name: 'main', engine: 'pglite' } as const
    const { rows, early, peak } = await stream(config, postgresqlWords.series(1_000_000))
    expect(rows).toBe(1_000_000)
    expect(peak - early).toBeLessThan(growthBytes)
  }, 180_000)

  it('are read in pages from SQLite with constant memory', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-stream-'))
    const config = {
      name: 'main',
      engine: 'sqlite',
      file: join(folder, 'main.db'),
      mode: 'data',
    } as const
    const { rows, early, peak } = await stream(config, sqliteWords.series(1_000_000))
    expect(rows).toBe(1_000_000)
    expect(peak - early).toBeLessThan(growthBytes)
    await rm(folder, { recursive: true })
  }, 180_000)
})
