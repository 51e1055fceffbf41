import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'

import { McpError } from '@mcp/protocol'

import type { FailureMonitor } from './failure-monitor.ts'
import { lockFile } from './lock-file.ts'
import type { FileFormat } from './schema.ts'
import { sessionFormat } from './schema.ts'
import { toOpenError } from './sqlite-error.ts'

export type Row = Readonly<Record<string, SQLOutputValue>>

/** A prepared statement whose failures are `McpError`s. */
export interface Statement {
  /** Writes. Returns the number of changed rows and the id of the last inserted one. */
  run(...values: SQLInputValue[]): { readonly changes: number; readonly insertedId: number }
  get(...values: SQLInputValue[]): Row | undefined
  all(...values: SQLInputValue[]): readonly Row[]
}

/** The one connection to the file. */
export interface Database {
  prepare(sql: string): Statement
  /** Runs statements that return nothing. */
  execute(sql: string): void
  /** Runs several statements atomically, also within another transaction. */
  transaction<T>(work: () => T): T
  close(): void
}

/**
 * Opens or creates the file.
 *
 * @throws McpError if it is damaged, is a database of another program, has a newer format, or is in use
 * by another process.
 */
export function openDatabase(
  file: string,
  monitor: FailureMonitor,
  format: FileFormat = sessionFormat,
): Database {
  const { connection, unlock } = openConnection(file, format)
  /** Whether a transaction has begun. SQLite itself may have rolled it back since. */
  let inTransaction = false
  let lastFailure: unknown
  function failed(thrown: unknown, isWrite: boolean): unknown {
    lastFailure = monitor.failed(thrown, isWrite)
    return lastFailure
  }

  // After some errors, such as a full disk, SQLite rolls back the transaction. Without this check, its further
  // statements would be committed one by one.
  function assertTransaction(): void {
    if (inTransaction && !connection.isTransaction) throw lastFailure
  }

  function execute(sql: string): void {
    try {
      connection.exec(sql)
      if (!connection.isTransaction) monitor.wrote()
    } catch (thrown) {
      throw failed(thrown, true)
    }
  }

  function runTransaction<T>(begin: string, work: () => T, commit: string, rollBack: string): T {
    execute(begin)
    try {
      const result = work()
      assertTransaction()
      execute(commit)
      return result
    } catch (thrown) {
      if (connection.isTransaction) connection.exec(rollBack)
      throw thrown
    }
  }

  return {
    prepare(sql) {
      const statement = connection.prepare(sql)
      const isWrite = !/^\s*(SELECT|PRAGMA)\b/.test(sql)
      return {
        run(...values) {
          assertTransaction()
          try {
            const { changes, lastInsertRowid } = statement.run(...values)
            if (!inTransaction) monitor.wrote()
            return { changes: Number(changes), insertedId: Number(lastInsertRowid) }
          } catch (thrown) {
            throw failed(thrown, true)
          }
        },
        get(...values) {
          if (isWrite) assertTransaction()
          try {
            const row = statement.get(...values)
            if (isWrite && !inTransaction) monitor.wrote()
            return row
          } catch (thrown) {
            throw failed(thrown, isWrite)
          }
        },
        all(...values) {
          try {
            return statement.all(...values)
          } catch (thrown) {
            throw failed(thrown, false)
          }
        },
      }
    },
    execute,
    transaction(work) {
      if (inTransaction) {
        assertTransaction()
        return runTransaction(
          'SAVEPOINT part',
          work,
          'RELEASE part',
          'ROLLBACK TO part; RELEASE part',
        )
      }
      inTransaction = true
      try {
        return runTransaction('BEGIN IMMEDIATE', work, 'COMMIT', 'ROLLBACK')
      } finally {
        inTransaction = false
      }
    },
    close() {
      connection.close()
      unlock()
    },
  }
}

function openConnection(
  file: string,
  format: FileFormat,
): { connection: DatabaseSync; unlock: () => void } {
  const isFile = !isSpecialName.test(file)
  let connection: DatabaseSync | undefined
  let unlock = (): void => {}
  try {
    if (isFile) unlock = lockFile(file, createPrivateFile)
    if (isFile) createPrivateFile(file)
    connection = new DatabaseSync(file)
    prepareFile(connection, file, format)
    // SQLite must not move the journal into the file at a commit, because the checkpointer does it.
    if (isFile) connection.exec('PRAGMA wal_autocheckpoint = 0')
    return { connection, unlock }
  } catch (thrown) {
    connection?.close()
    unlock()
    throw toOpenError(thrown, file)
  }
}

/**
 * Matches the name of a database without a file, and a URI. Such a database gets no lock and no private file.
 */
const isSpecialName = /^$|^:memory:$|^file:/

// Readable by the owner only, because the id of a session grants access to it. SQLite would create the file
// readable by all users. The further files that SQLite creates get the mode of this file.
export function createPrivateFile(file: string): void {
  closeSync(openSync(file, 'a', 0o600))
}

function prepareFile(connection: DatabaseSync, file: string, format: FileFormat): void {
  // Waits for another program with which an operator uses the file. A checkpoint needs no wait, because it
  // pauses all writes.
  connection.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
  const { isNew, pending } = readFormat(connection, file, format)
  // Set before the first page is written. Later, a change takes effect only with a VACUUM.
  if (isNew) connection.exec('PRAGMA auto_vacuum = INCREMENTAL')
  connection.exec('PRAGMA journal_mode = WAL')
  connection.exec(`PRAGMA journal_size_limit = ${maxIdleJournalBytes}`)
  // Nothing is lost when the process is killed. A power failure may lose the last transactions but
  // never damages the file; FULL would wait for the disk at every transaction.
  connection.exec('PRAGMA synchronous = NORMAL')
  connection.exec('BEGIN IMMEDIATE')
  for (const migration of pending) connection.exec(migration)
  connection.exec('COMMIT')
  if (readPragma(connection, 'auto_vacuum') !== incremental) enableVacuum(connection)
}

/**
 * Returns whether a file is empty, and the migrations that it lacks.
 *
 * @throws McpError if it is a database of another program, or has a newer format.
 */
export function readFormat(
  connection: DatabaseSync,
  file: string,
  { applicationId, migrations }: FileFormat,
): { readonly isNew: boolean; readonly pending: readonly string[] } {
  const schemaVersion = migrations.length
  const id = readPragma(connection, 'application_id')
  const version = readPragma(connection, 'user_version')
  const tables = connection.prepare('SELECT count(*) AS count FROM sqlite_schema').get()
  const isNew = Number(tables?.['count'] ?? 0) === 0
  if (!isNew && id !== applicationId) {
    throw new McpError(
      'conflict',
      `"${file}" is a database of another program. Choose another file.`,
    )
  }
  if (version > schemaVersion) {
    throw new McpError(
      'unsupported-version',
      `"${file}" was written by a newer version: its format is ${version}, and this version supports formats up to ${schemaVersion}.`,
    )
  }
  return { isNew, pending: migrations.slice(isNew ? 0 : version) }
}

const busyTimeoutMs = 250
const maxIdleJournalBytes = 16 * 1024 * 1024
const incremental = 2

/** Lets the file of an older version shrink. */
function enableVacuum(connection: DatabaseSync): void {
  connection.exec('PRAGMA auto_vacuum = INCREMENTAL')
  try {
    connection.exec('VACUUM')
  } catch {
    // A VACUUM needs as much free space as the file has. Without it, the file works but does not shrink.
  }
}

function readPragma(connection: DatabaseSync, name: string): number {
  return Number(connection.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0)
}
