import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe } from 'vitest'

import { itIsAnEngine } from '../engine.contract.ts'
import { createSqliteGuard } from '../guard/token-guard.ts'
import { createSqliteEngine } from './sqlite-engine.ts'

const series = (count: number) =>
  `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT ${count}) SELECT n FROM c`

describe('SQLite', () =>
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
      sql: {
        bigint: 'BIGINT',
        decimal: 'REAL',
        bytes: 'BLOB',
        text: 'TEXT',
        series,
        endless: `SELECT count(*) FROM (${series(100_000_000_000)})`,
        failing: `SELECT abs(-9223372036854775807 - n) FROM (${series(3)})`,
        exactDecimals: false,
      },
    }
  }))
