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

  it('ends a transaction that a statement rolls back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-sqlite-'))
    const engine = createSqliteEngine({ name: 'main', file: join(folder, 'main.db'), mode: 'data' })
    const signal = AbortSignal.timeout(60_000)
    const limits = { statementTimeoutMs: 60_000, idleTimeoutMs: 60_000 }
    const begin = () => engine.begin({ access: 'read-write', signal, ...limits })
    const over = { code: 'conflict', details: { reason: 'transaction-over' } }
    const run = { maxRows: 1, signal }
    const first = await begin()
    await first.run('CREATE TABLE a (id INTEGER PRIMARY KEY)', [], run)
    await first.run('INSERT INTO a VALUES (1)', [], run)
    await first.commit({ signal })
    for (const end of ['run', 'commit'] as const) {
      const transaction = await begin()
      await transaction.run('INSERT INTO a VALUES (2)', [], run)
      await expect(
        transaction.run('INSERT OR ROLLBACK INTO a VALUES (1)', [], run),
      ).rejects.toMatchObject({ details: { reason: 'constraint' } })
      const next =
        end === 'run'
          ? transaction.run('INSERT INTO a VALUES (3)', [], run)
          : transaction.commit({ signal })
      await expect(next).rejects.toMatchObject(over)
      await transaction.rollback()
    }
    const reader = await begin()
    expect((await reader.run('SELECT id FROM a', [], run)).rows).toEqual([[1]])
    await reader.rollback()
    await engine.close()
    await rm(folder, { recursive: true })
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
