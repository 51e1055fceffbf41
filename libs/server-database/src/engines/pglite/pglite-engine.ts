import { mkdir, rm } from 'node:fs/promises'

import { abortable } from '@mcp/concurrency'
import { McpError } from '@mcp/protocol'
import type { WorkerExit, WorkerLink } from '@mcp/sandbox/long-lived'
import { linkWorker, startThread } from '@mcp/sandbox/long-lived'

import type { EngineCursor, EngineTransaction } from '../engine-transaction.ts'
import type { Engine } from '../engine.ts'
import type { FolderLock } from './folder-lock.ts'
import { lockFolder } from './folder-lock.ts'
import { pgCatalog } from '../pg-dialect/pg-catalog.ts'
import { pgExplain } from '../pg-dialect/pg-explain.ts'
import { sqlError } from '../sql-error.ts'
import { createPostgresGuard } from '../../guard/postgres/postgres-guard.ts'
import { workerExited } from '../worker-exited.ts'
import { keepCompiledPglite } from './compiled-pglite.ts'
import { crashExitCode } from './exit-on-crash.ts'
import { damagedDatabase, unusableFolder } from './open-failures.ts'
import type { PgliteConfig } from './pglite-definition.ts'
import type { PgliteSession } from './pglite-session.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'

export interface PgliteEngineOptions extends Omit<PgliteConfig, 'engine'> {
  /**
   * Path of an archive from which a temporary database is created faster. The first temporary database
   * writes the archive. Default: none.
   */
  readonly template?: string | undefined
}

/**
 * Creates an engine that runs PostgreSQL in this process. PGlite blocks its thread during a statement and
 * has no timeout, so it runs in a worker thread. The thread is terminated if a statement must be stopped.
 * Committed transactions are on disk, and the next transaction starts another thread.
 */
export function createPgliteEngine(options: PgliteEngineOptions): Engine {
  const { name, mode = 'read-only', starter = false } = options
  const asSuperuser = mode === 'admin'
  const isTemporary = options.folder === undefined
  const template = isTemporary ? options.template : undefined
  const closing = new AbortController()
  let lockedFolder: { readonly folder: string; readonly lock: FolderLock } | undefined
  let starting: Promise<WorkerLink<PgliteSession>> | undefined

  async function openFolder(): Promise<string> {
    if (lockedFolder !== undefined) return lockedFolder.folder
    const folder = options.folder ?? (await makeTemporaryFolder())
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      lockedFolder = { folder, lock: await lockFolder(folder, name) }
    } catch (error) {
      throw McpError.is(error) ? error : unusableFolder(name, error)
    }
    return folder
  }

  async function start(): Promise<WorkerLink<PgliteSession>> {
    const folder = await openFolder()
    keepCompiledPglite()
    const link = linkWorker<PgliteSession>(
      startThread(import.meta.resolve('@mcp/server-database/pglite-worker'), { stackSizeMb }),
      threadExited,
    )
    try {
      const openOptions = { folder, template, isTemporary, starter, asSuperuser }
      await link.call('open', openOptions, closing.signal)
    } catch (error) {
      await link.terminate()
      throw McpError.is(error) ? error : await damagedDatabase(folder, name, error)
    }
    return link
  }

  /** Returns the running thread or starts one. Two threads at once would both write to the folder. */
  async function connect(): Promise<WorkerLink<PgliteSession>> {
    for (;;) {
      closing.signal.throwIfAborted()
      const known = starting
      const link = await known?.catch(() => undefined)
      if (link?.alive === true) return link
      // If the start fails, this caller receives the error, and a waiting caller starts the next thread.
      if (starting === known) {
        starting = restart(link)
        return starting
      }
    }
  }

  async function restart(
    former: WorkerLink<PgliteSession> | undefined,
  ): Promise<WorkerLink<PgliteSession>> {
    await former?.terminate()
    return start()
  }

  return {
    name: 'pglite',
    dialect: 'postgresql',
    maxTransactions: 1,
    sqlGuard: createPostgresGuard(),
    catalog: pgCatalog,
    async start() {
      await connect()
    },
    async begin({ access, isolation, signal }) {
      closing.signal.throwIfAborted()
      // If this caller stops waiting, the start continues for other callers.
      const link = await abortable(connect(), signal)
      await link.call('begin', { access, isolation }, signal)
      return createTransaction(link)
    },
    async close() {
      closing.abort(sqlError({ kind: 'connection-lost', message: 'The database is being closed.' }))
      const link = await starting?.catch(() => undefined)
      if (link?.alive === true) {
        await link.call('close', undefined, AbortSignal.timeout(closeTimeoutMs)).catch(() => {})
        await link.terminate()
      }
      lockedFolder?.lock.release()
      if (lockedFolder !== undefined && isTemporary) {
        await rm(lockedFolder.folder, { recursive: true, force: true })
      }
      lockedFolder = undefined
    },
  }
}

// Timeout of a clean shutdown, in milliseconds. PostgreSQL also recovers from an unclean shutdown.
const closeTimeoutMs = 5000

/** Stack size of the thread, in MiB. A stack of 4, the default, is full before PostgreSQL checks its limit. */
const stackSizeMb = 32

function threadExited(exit: WorkerExit): McpError {
  if (exit.text !== `exit code ${crashExitCode}`) return workerExited(exit)
  const message = 'The statement or one of its values is nested too deeply for the database.'
  return new McpError('invalid-params', message, { details: { reason: 'too-deep' } })
}

function createTransaction(link: WorkerLink<PgliteSession>): EngineTransaction {
  let over = false

  function check(): void {
    if (!over && link.alive) return
    throw sqlError({ kind: 'transaction-over', message: 'The transaction is over.' })
  }

  /** Ends the thread if its memory has grown too much. The next transaction starts another thread. */
  async function replaceThread({ mustReplace }: { readonly mustReplace: boolean }): Promise<void> {
    if (!mustReplace) return
    await link.call('close', undefined, AbortSignal.timeout(closeTimeoutMs)).catch(() => {})
    await link.terminate()
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

  async function run(...[sql, params, { maxRows, signal }]: Parameters<EngineTransaction['run']>) {
    check()
    const start = await link.call('run', { sql, params, maxRows }, signal)
    return start.more ? { ...start, cursor } : start
  }

  return {
    run,
    async prepare(sql, { signal }) {
      check()
      await link.call('prepare', { sql }, signal)
    },
    async explain(sql, params, { analyze, signal }) {
      const { rows } = await run(pgExplain(sql, { analyze }), params, { maxRows: 1, signal })
      return rows[0]?.[0] ?? null
    },
    async commit({ signal }) {
      check()
      over = true
      await replaceThread(await link.call('end', { how: 'COMMIT' }, signal))
    },
    async rollback() {
      if (over) return
      over = true
      if (link.alive) await replaceThread(await link.call('end', { how: 'ROLLBACK' }))
    },
  }
}
