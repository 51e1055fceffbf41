import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { DatabaseConfig } from './engines/builtin-engines.ts'
import { copyPgliteFolder } from './fixtures/cached-folder.ts'
import { openServer } from './fixtures/open-server.ts'
import { startProgram } from './fixtures/start-program.ts'

/** Kills a program during its transactions. Returns the rows of its started and finished commits. */
async function killInTheMiddle(config: DatabaseConfig, commits: number) {
  const { child, lines, ended } = startProgram('committing-program', JSON.stringify(config))
  const committed: number[] = []
  const committing: number[] = []
  for await (const line of lines) {
    const [word, id] = line.split(' ')
    if (word === 'committing') committing.push(Number(id))
    if (word === 'committed') committed.push(Number(id))
    if (committed.length === commits) child.kill('SIGKILL')
  }
  await ended
  return { committed, committing }
}

describe.each([
  ['PGlite', (folder: string) => ({ name: 'main', engine: 'pglite', folder, mode: 'data' })],
  [
    'SQLite',
    (folder: string) => ({
      name: 'main',
      engine: 'sqlite',
      file: join(folder, 'main.db'),
      mode: 'data',
    }),
  ],
] as const satisfies readonly [string, (folder: string) => DatabaseConfig][])(
  '%s after its process was killed in the middle of 100 transactions',
  (_engine, configure) => {
    it('has all committed rows and no others', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'mcp-killed-'))
      const config = configure(folder)
      if (config.engine === 'pglite') await copyPgliteFolder(folder)
      const { committed, committing } = await killInTheMiddle(config, 50)
      expect(committed.length).toBeGreaterThanOrEqual(50)

      const { server, call } = openServer({ databases: [config] })
      const sql = 'SELECT id FROM rows_kept ORDER BY id'
      const { rows } = await call('query', { sql, maxRows: 10_000 })
      const ids = Array.isArray(rows) ? rows.map((row) => Number(row.id)) : []
      expect(ids).toEqual(expect.arrayContaining(committed))
      // The last commit may have succeeded without a response. A rolled-back row must not exist.
      expect(committing).toEqual(expect.arrayContaining(ids))
      await server.close()
      await rm(folder, { recursive: true })
    }, 120_000)
  },
)
