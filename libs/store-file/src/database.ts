import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'

import { McpError } from '@mcp/protocol'

import { applicationId, schemaSteps, schemaVersion } from './schema.ts'

export type Row = Readonly<Record<string, SQLOutputValue>>

/** A prepared statement whose failures are ours. */
export interface Statement {
  /** How many rows it changed, and the id of the last it inserted. */
  run(...values: SQLInputValue[]): { readonly changes: number; readonly insertedId: number }
  get(...values: SQLInputValue[]): Row | undefined
  all(...values: SQLInputValue[]): readonly Row[]
}

/** The one connection to the file. */
export interface Database {
  prepare(sql: string): Statement
  /** Runs several statements as one: all of them count, or none. */
  transaction<T>(work: () => T): T
  close(): void
}

/**
 * Opens the file, or begins it.
 *
 * @throws McpError where it is damaged, is not a session file, is newer than this program, or is in
 * use by another process.
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
          guard(() => {
            const { changes, lastInsertRowid } = statement.run(...values)
            return { changes: Number(changes), insertedId: Number(lastInsertRowid) }
          }),
        get: (...values) => guard(() => statement.get(...values)),
        all: (...values) => guard(() => statement.all(...values)),
      }
    },
    transaction(work) {
      guard(() => connection.exec('BEGIN'))
      try {
        const result = work()
        guard(() => connection.exec('COMMIT'))
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
    if (!isNoPath.test(file)) createOwnFile(file)
    return new DatabaseSync(file)
  } catch (thrown) {
    throw toOpenError(thrown, file)
  }
}

const isNoPath = /^$|^:memory:$|^file:/

// Whoever reads a session's id has the session. What SQLite creates, everybody may read; what it
// puts beside a file that is there has the mode of that file.
function createOwnFile(file: string): void {
  closeSync(openSync(file, 'a', 0o600))
}

function prepareFile(connection: DatabaseSync, file: string): void {
  // One process at a time: claims and positions are decided in this process's memory as well. The
  // lock goes with the process, however it ends.
  connection.exec('PRAGMA locking_mode = EXCLUSIVE')
  connection.exec('PRAGMA busy_timeout = 0')
  const id = readPragma(connection, 'application_id')
  const version = readPragma(connection, 'user_version')
  const tables = connection.prepare('SELECT count(*) AS count FROM sqlite_schema').get()
  const isNew = Number(tables?.['count'] ?? 0) === 0
  if (!isNew && id !== applicationId) {
    throw new McpError('conflict', `"${file}" is a database of another program. Name another file.`)
  }
  if (version > schemaVersion) {
    throw new McpError(
      'unsupported-version',
      `"${file}" was written by a newer version (format ${version}; this one knows up to ${schemaVersion}).`,
    )
  }
  connection.exec('PRAGMA journal_mode = WAL')
  // Safe against the end of the process at any moment. A power cut may take the last few
  // transactions with it, never the file; FULL would wait for the disk at each of them.
  connection.exec('PRAGMA synchronous = NORMAL')
  connection.exec('BEGIN IMMEDIATE')
  for (const step of schemaSteps.slice(isNew ? 0 : version)) connection.exec(step)
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
      `Another process uses the session file "${file}". Stop it, or name another file.`,
      { cause: thrown },
    )
  }
  if (code === corrupt || code === notADatabase) {
    return new McpError(
      'conflict',
      `"${file}" is damaged, or is not a session file. Move it away to begin a new one.`,
      { cause: thrown },
    )
  }
  return new McpError(
    'unavailable',
    `The session file "${file}" cannot be opened. Its directory must exist and be writable.`,
    { cause: thrown },
  )
}

function guard<T>(work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    if (McpError.is(thrown)) throw thrown
    throw new McpError('unavailable', 'The session file cannot be read or written at the moment.', {
      cause: thrown,
    })
  }
}

function codeOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('errcode' in thrown)) return undefined
  // The low byte is the code; what is above tells more.
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : undefined
}
