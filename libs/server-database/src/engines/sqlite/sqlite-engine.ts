import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

import { McpError } from '@mcp/protocol'
import type { WorkerLink } from '@mcp/sandbox/long-lived'
import { linkWorker, startProcess } from '@mcp/sandbox/long-lived'
import { invalidParam } from '@mcp/server'

import type { EngineCursor, EngineTransaction } from '../engine-transaction.ts'
import type { Engine } from '../engine.ts'
import { sqlError } from '../sql-error.ts'
import { createSqliteGuard } from '../../guard/token-guard.ts'
import { workerExited } from '../worker-exited.ts'
import { sqliteCatalog } from './sqlite-catalog.ts'
import type { SqliteConfig } from './sqlite-definition.ts'
import type { SqliteSession } from './sqlite-session.ts'

export type SqliteEngineOptions = Omit<SqliteConfig, 'engine'>

/** Maximum number of open transactions, each with its own process. */
const maxTransactions = 4

/** Maximum memory that a statement may use in addition to its idle process, in MiB. */
const maxMemoryMb = 256

/**
 * Creates the engine of a SQLite file. Each connection has a worker process, because SQLite blocks its
 * thread during a statement and Node cannot interrupt SQLite. The process is killed if a statement must be
 * stopped. SQLite's journal then rolls back uncommitted changes.
 */
export function createSqliteEngine(options: SqliteEngineOptions): Engine {
  const { name, file, mode = 'read-only' } = options
  const all = new Set<WorkerLink<SqliteSession>>()
  const idle: WorkerLink<SqliteSession>[] = []
  let closed = false

  async function start(): Promise<WorkerLink<SqliteSession>> {
    if (mode === 'read-only' && !existsSync(file)) {
      const message = `The file of the database "${name}" does not exist, and its mode is read-only.`
      throw new McpError('unavailable', message, { details: { reason: 'no-database' } })
    }
    if (mode !== 'read-only') await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const link = linkWorker<SqliteSession>(
      startProcess(import.meta.resolve('@mcp/server-database/sqlite-worker'), { maxMemoryMb }),
      workerExited,
    )
    all.add(link)
    try {
      await link.call('open', { file, readOnly: mode === 'read-only' })
      if (closed) throw databaseClosing()
    } catch (error) {
      await discard(link)
      throw error
    }
    return link
  }

  async function discard(link: WorkerLink<SqliteSession>): Promise<void> {
    all.delete(link)
    await link.terminate()
  }

  function release(link: WorkerLink<SqliteSession>): void {
    if (link.alive) idle.push(link)
    else all.delete(link)
  }

  function takeIdle(): WorkerLink<SqliteSession> | undefined {
    for (let link = idle.pop(); link !== undefined; link = idle.pop()) {
      if (link.alive) return link
      all.delete(link)
    }
    return undefined
  }

  return {
    name: 'sqlite',
    dialect: 'sqlite',
    maxTransactions,
    sqlGuard: createSqliteGuard(),
    catalog: sqliteCatalog,
    async begin({ access, signal }) {
      signal.throwIfAborted()
      if (closed) throw databaseClosing()
      const link = takeIdle() ?? (await start())
      try {
        await link.call('begin', { access }, signal)
      } catch (error) {
        release(link)
        throw error
      }
      return createTransaction(link, () => release(link))
    },
    async close() {
      closed = true
      await Promise.all(Array.from(all, discard))
    },
  }
}

const databaseClosing = () =>
  sqlError({ kind: 'connection-lost', message: 'The database is being closed.' })

function createTransaction(
  link: WorkerLink<SqliteSession>,
  release: () => void,
): EngineTransaction {
  let over = false

  function check(): void {
    if (!over && link.alive) return
    throw sqlError({ kind: 'transaction-over', message: 'The transaction is over.' })
  }

  async function end(how: 'COMMIT' | 'ROLLBACK', signal?: AbortSignal): Promise<void> {
    over = true
    try {
      await link.call('end', { how }, signal)
    } catch (error) {
      if (link.alive) await link.call('end', { how: 'ROLLBACK' }).catch(() => link.terminate())
      throw error
    } finally {
      release()
    }
  }

  const cursor: EngineCursor = {
    async read({ maxRows, signal }) {
      check()
      return link.call('read', { maxRows }, signal)
    },
    async close() {
      if (!over && link.alive) await link.call('closeCursor', undefined)
    },
  }

  return {
    async run(sql, params, { maxRows, signal }) {
      check()
      const start = await link.call('run', { sql, params, maxRows }, signal)
      return start.more ? { ...start, cursor } : start
    },
    async prepare(sql, { signal }) {
      check()
      await link.call('prepare', { sql }, signal)
    },
    async explain(sql, params, { analyze, signal }) {
      check()
      if (analyze) throw invalidParam('analyze', 'SQLite cannot measure a statement; omit it')
      const statement = `EXPLAIN QUERY PLAN ${sql}`
      const { rows } = await link.call('run', { sql: statement, params, maxRows: 10_000 }, signal)
      return rows.map(([id = null, parent = null, , detail = null]) => ({ id, parent, detail }))
    },
    async commit({ signal }) {
      check()
      await end('COMMIT', signal)
    },
    async rollback() {
      if (over) return
      if (link.alive) await end('ROLLBACK').catch(() => {})
      else release()
      over = true
    },
  }
}
