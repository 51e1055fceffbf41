import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'

import { McpError } from '@mcp/protocol'

import { applicationId, migrations, schemaVersion } from './schema.ts'

export type Row = Readonly<Record<string, SQLOutputValue>>

/** A prepared statement whose failures are `McpError`s. */
export interface Statement {
  /** Returns the number of changed rows and the id of the last inserted one. */
  run(...values: SQLInputValue[]): { readonly changes: number; readonly insertedId: number }
  get(...values: SQLInputValue[]): Row | undefined
  all(...values: SQLInputValue[]): readonly Row[]
}

/** The one connection to the file. */
export interface Database {
  prepare(sql: string): Statement
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
export function openDatabase(file: string): Database {
  const connection = connect(file)
  try {
    prepareFile(connection, file)
  } catch (thrown) {
    connection.close()
    throw toOpenError(thrown, file)
  }

  return {
    prepare(sql) {
      const statement = connection.prepare(sql)
      return {
        run: (...values) =>
          mapErrors(() => {
            const { changes, lastInsertRowid } = statement.run(...values)
            return { changes: Number(changes), insertedId: Number(lastInsertRowid) }
          }),
        get: (...values) => mapErrors(() => statement.get(...values)),
        all: (...values) => mapErrors(() => statement.all(...values)),
      }
    },
    transaction(work) {
      mapErrors(() => connection.exec('BEGIN'))
      try {
        const result = work()
        mapErrors(() => connection.exec('COMMIT'))
        return result
      } catch (thrown) {
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
  connection.exec('PRAGMA journal_mode = WAL')
  // Nothing is lost when the process is killed. A power failure may lose the last transactions but
  // never damages the file; FULL would wait for the disk at every transaction.
  connection.exec('PRAGMA synchronous = NORMAL')
  connection.exec('BEGIN IMMEDIATE')
  for (const migration of migrations.slice(isNew ? 0 : version)) connection.exec(migration)
  connection.exec('COMMIT')
}

function readPragma(connection: DatabaseSync, name: string): number {
  return Number(connection.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0)
}

const busy = 5
const corrupt = 11
const notADatabase = 26

function toOpenError(thrown: unknown, file: string): McpError {
  if (McpError.is(thrown)) return thrown
  const code = codeOf(thrown)
  if (code === busy) {
    return new McpError(
      'conflict',
      `Another process uses the session file "${file}". Stop it or choose another file.`,
      { cause: thrown },
    )
  }
  if (code === corrupt || code === notADatabase) {
    return new McpError(
      'conflict',
      `"${file}" is damaged or not a session file. Move it away to start with an empty one.`,
      { cause: thrown },
    )
  }
  return new McpError(
    'unavailable',
    `Cannot open the session file "${file}". Its directory must exist and be writable.`,
    { cause: thrown },
  )
}

function mapErrors<T>(work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    if (McpError.is(thrown)) throw thrown
    throw new McpError('unavailable', 'Reading or writing the session file failed. Retry later.', {
      cause: thrown,
    })
  }
}

function codeOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('errcode' in thrown)) return undefined
  // The low byte is the primary result code; the rest is the extended code.
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : undefined
}
