import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe } from 'vitest'

import { itIsAnEngine } from '../engine.contract.ts'
import { sqliteWords } from '../fixtures/sqlite-words.ts'
import { createSqliteGuard } from '../guard/token-guard.ts'
import { createSqliteEngine } from './sqlite-engine.ts'

describe('SQLite', () => {
  itIsAnEngine(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-sqlite-'))
    return {
      engine: createSqliteEngine({
        name: 'main',
        file: join(folder, 'main.db'),
        mode: 'data',
        guard: createSqliteGuard(),
      }),
      cleanUp: () => rm(folder, { recursive: true }),
      sql: sqliteWords,
    }
  })
})
