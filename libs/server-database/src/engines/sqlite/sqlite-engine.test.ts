import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { itIsAnEngine } from '../engine.contract.ts'
import { sqliteWords } from '../../fixtures/sqlite-words.ts'
import { createSqliteEngine } from './sqlite-engine.ts'

describe('SQLite', () => {
  itIsAnEngine(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-sqlite-'))
    return {
      engine: createSqliteEngine({
        name: 'main',
        file: join(folder, 'main.db'),
        mode: 'data',
      }),
      cleanUp: () => rm(folder, { recursive: true }),
      sql: sqliteWords,
    }
  })

  it('reports a value that exceeds the maximum length of a string', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-sqlite-'))
    const engine = createSqliteEngine({
      name: 'main',
      file: join(folder, 'main.db'),
      mode: 'data',
    })
    const signal = AbortSignal.timeout(60_000)
    const limits = { statementTimeoutMs: 60_000, idleTimeoutMs: 60_000 }
    const transaction = await engine.begin({ access: 'read-only', signal, ...limits })
    const sql = "SELECT printf('%.*c', 600000000, 'x')"
    await expect(transaction.run(sql, [], { maxRows: 1, signal })).rejects.toMatchObject({
      code: 'payload-too-large',
    })
    await transaction.rollback()
    await engine.close()
    await rm(folder, { recursive: true })
  }, 60_000)
})
