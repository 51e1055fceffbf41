import { McpError } from '@mcp/protocol'
import { isStoreFailure, storeFailure } from '@mcp/session-manager'

/** A kind of failure of SQLite. */
interface Failure {
  readonly name: string
  readonly message: string
  readonly retryable: boolean
}

const busy = 5
const corrupt = 11
const notADatabase = 26

// Result codes: https://sqlite.org/rescode.html
const failures: ReadonlyMap<number, Failure> = new Map([
  [busy, failure('SQLITE_BUSY', 'another program has locked the data file')],
  [8, failure('SQLITE_READONLY', 'the data file or its directory is read-only, or was moved')],
  [10, failure('SQLITE_IOERR', 'the disk reported an error')],
  [
    corrupt,
    failure('SQLITE_CORRUPT', 'a part of the data file is damaged; restore a backup', false),
  ],
  [13, failure('SQLITE_FULL', 'the disk is full; free some space')],
  [14, failure('SQLITE_CANTOPEN', 'a file beside the data file cannot be opened')],
  [
    notADatabase,
    failure('SQLITE_NOTADB', 'a part of the data file is damaged; restore a backup', false),
  ],
])

const unknownFailure = failure('SQLITE_ERROR', 'reading or writing the data file failed')

function failure(name: string, message: string, retryable = true): Failure {
  return { name, message, retryable }
}

/** A failed operation: the error for its caller, and the details for the log. */
export interface SqliteFailure {
  /** Contains no path, because remote callers see it. */
  readonly error: McpError
  /** The result code, such as `SQLITE_FULL (13)`. */
  readonly code: string
}

/** Returns the failure that an error of `node:sqlite` stands for, `undefined` for any other error. */
export function toSqliteFailure(thrown: unknown): SqliteFailure | undefined {
  if (codeOf(thrown) === 0) return undefined
  const { name, message, retryable } = failures.get(primaryCodeOf(thrown)) ?? unknownFailure
  return {
    error: storeFailure(`The data store failed: ${message}.`, { cause: thrown, retryable }),
    code: `${name} (${codeOf(thrown)})`,
  }
}

/** Returns the error for a file that cannot be opened. */
export function toOpenError(thrown: unknown, file: string): McpError {
  if (McpError.is(thrown) && !isStoreFailure(thrown)) return thrown
  const cause = McpError.is(thrown) ? thrown.cause : thrown
  const code = primaryCodeOf(cause)
  if (code === busy) {
    return new McpError(
      'conflict',
      `Another process uses the data file "${file}". Stop it or choose another file.`,
      { cause, details: { reason: 'in-use' } },
    )
  }
  if (code === corrupt || code === notADatabase) {
    return new McpError(
      'conflict',
      `"${file}" is damaged or not a data file. Move it away to start with an empty one.`,
      { cause },
    )
  }
  const { name, message } = failures.get(code) ?? failure('', '')
  const reason = name === '' ? '' : ` ${name}: ${message}.`
  return new McpError(
    'unavailable',
    `Cannot open the data file "${file}".${reason} Its directory must exist and be writable.`,
    { cause },
  )
}

/** Returns the extended result code; 0 if the error does not come from SQLite. */
function codeOf(thrown: unknown): number {
  if (typeof thrown !== 'object' || thrown === null || !('errcode' in thrown)) return 0
  return typeof thrown.errcode === 'number' ? thrown.errcode : 0
}

/** Returns the primary result code, which is the low byte of the extended one. */
function primaryCodeOf(thrown: unknown): number {
  return codeOf(thrown) & 0xff
}
