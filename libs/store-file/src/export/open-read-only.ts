import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { McpError } from '@mcp/protocol'

import type { Row } from '../file/database.ts'
import { createPrivateFile, readFormat } from '../file/database.ts'
import { lockFile } from '../file/lock-file.ts'
import type { FileFormat } from '../file/schema.ts'
import { toOpenError, toSqliteFailure } from '../file/sqlite-error.ts'

/** A file that no process changes. */
export interface ReadOnlyFile {
  /** Returns the first row. */
  get(sql: string, ...values: readonly (string | number)[]): Row | undefined
  /** Returns the rows one by one, so that they are not held in memory. */
  rows(sql: string, ...values: readonly (string | number)[]): Iterable<Row>
  /** Closes the file and unlocks it. */
  close(): void
}

/**
 * Opens a file without changing it, and locks it. A file of an earlier format is copied to the folder for
 * temporary files, and the copy is migrated.
 *
 * @throws McpError if the file is missing, damaged, a database of another program, or in use.
 */
export function openReadOnly(file: string, format: FileFormat): ReadOnlyFile {
  if (!existsSync(file)) throw new McpError('not-found', `There is no data file "${file}".`)
  const releases: (() => void)[] = []
  function close(): void {
    for (const release of releases.splice(0).toReversed()) release()
  }

  try {
    releases.push(lockFile(file, createPrivateFile))
    let connection = new DatabaseSync(file, { readOnly: true, timeout: busyTimeoutMs })
    releases.push(() => connection.close())
    const { pending } = readFormat(connection, file, format)
    if (pending.length > 0) {
      const folder = mkdtempSync(join(tmpdir(), 'mcp-export-'))
      releases.unshift(() => rmSync(folder, { recursive: true, force: true }))
      const copy = join(folder, basename(file))
      // Readable by the owner only.
      createPrivateFile(copy)
      connection.prepare('VACUUM INTO ?').run(copy)
      connection.close()
      connection = new DatabaseSync(copy)
      connection.exec('BEGIN')
      for (const migration of pending) connection.exec(migration)
      connection.exec('COMMIT')
    }
    // All statements read the same snapshot.
    connection.exec('BEGIN')
    return { ...createReader(connection), close }
  } catch (thrown) {
    close()
    throw toOpenError(thrown, file)
  }
}

const busyTimeoutMs = 250

function createReader(connection: DatabaseSync): Omit<ReadOnlyFile, 'close'> {
  return {
    get(sql, ...values) {
      return attempt(() => connection.prepare(sql).get(...values))
    },
    *rows(sql, ...values) {
      const rows = attempt(() => connection.prepare(sql).iterate(...values))
      for (;;) {
        const next = attempt(() => rows.next())
        if (next.done === true) return
        yield next.value
      }
    },
  }
}

function attempt<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (thrown) {
    throw toSqliteFailure(thrown)?.error ?? thrown
  }
}
