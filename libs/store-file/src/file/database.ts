import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'

import { McpError } from '@mcp/protocol'

import type { FailureMonitor } from './failure-monitor.ts'
import { applicationId, migrations, schemaVersion } from './schema.ts'
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
  /** Runs several statements atomically. */
  transaction<T>(work: () => T): T
  close(): void
}

/**
 * Opens or creates the file.
 *
 * @throws McpError if it is damaged, is not a session file, has a newer format, or is in use by
 * another process.
 */
export function openDatabase(file: string, monitor: FailureMonitor): Database {
  const connection = connect(file)
  try {
    prepareFile(connection, file)
  } catch (thrown) {
    connection.close()
    throw toOpenError(thrown, file)
  }

  function attempt<T>(kind: 'read' | 'write' | 'step of a transaction', work: () => T): T {
    try {
      const result = work()
      if (kind === 'write') monitor.wrote()
      return result
    } catch (thrown) {
      throw monitor.failed(thrown, kind !== 'read')
    }
  }

  return {
    prepare(sql) {
      const statement = connection.prepare(sql)
      return {
        run: (...values) =>
          attempt(connection.isTransaction ? 'step of a transaction' : 'write', () => {
            const { changes, lastInsertRowid } = statement.run(...values)
            return { changes: Number(changes), insertedId: Number(lastInsertRowid) }
          }),
        get: (...values) => attempt('read', () => statement.get(...values)),
        all: (...values) => attempt('read', () => statement.all(...values)),
      }
    },
    execute(sql) {
      attempt('write', () => connection.exec(sql))
    },
    transaction(work) {
      attempt('step of a transaction', () => connection.exec('BEGIN'))
      try {
        const result = work()
        attempt('write', () => connection.exec('COMMIT'))
        return result
      } catch (thrown) {
        // SQLite itself rolls back after some errors, such as a full disk.
        if (connection.isTransaction) connection.exec('ROLLBACK')
        throw thrown
      }
    },
    close: () => connection.close(),
  }
}

function connect(file: string): DatabaseSync {
  try {
    if (!isSpecialName.test(file)) createPrivateFile(file)
    return new DatabaseSync(file)
  } catch (thrown) {
    throw toOpenError(thrown, file)
  }
}

const isSpecialName = /^$|^:memory:$|^file:/

// Readable by the owner only, because the id of a session grants access to it. SQLite would create the
// file readable by all users; the files that it adds get the mode of this one.
function createPrivateFile(file: string): void {
  closeSync(openSync(file, 'a', 0o600))
}

function prepareFile(connection: DatabaseSync, file: string): void {
  // One process at a time, because part of the state is cached in memory. The operating system
  // releases the lock when the process ends, in whatever way.
  connection.exec('PRAGMA locking_mode = EXCLUSIVE')
  connection.exec('PRAGMA busy_timeout = 0')
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
      `"${file}" was written by a newer version: its format is ${version}, the supported one ${schemaVersion}.`,
    )
  }
  // Before the first page is written: later it takes a VACUUM.
  if (isNew) connection.exec('PRAGMA auto_vacuum = INCREMENTAL')
  connection.exec('PRAGMA journal_mode = WAL')
  connection.exec(`PRAGMA journal_size_limit = ${maxIdleJournalBytes}`)
  // Nothing is lost when the process is killed. A power failure may lose the last transactions but
  // never damages the file; FULL would wait for the disk at every transaction.
  connection.exec('PRAGMA synchronous = NORMAL')
  connection.exec('BEGIN IMMEDIATE')
  for (const migration of migrations.slice(isNew ? 0 : version)) connection.exec(migration)
  connection.exec('COMMIT')
  if (readPragma(connection, 'auto_vacuum') !== incremental) enableVacuum(connection)
}

const maxIdleJournalBytes = 16 * 1024 * 1024
const incremental = 2

/** Lets the file of an older version shrink. */
function enableVacuum(connection: DatabaseSync): void {
  connection.exec('PRAGMA auto_vacuum = INCREMENTAL')
  try {
    connection.exec('VACUUM')
  } catch {
    // It needs as much free space as the file has. Without it the file works, but does not shrink.
  }
}

function readPragma(connection: DatabaseSync, name: string): number {
  return Number(connection.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0)
}
