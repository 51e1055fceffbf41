import { McpError } from '@mcp/protocol'

import type { SqlErrorKind } from '../sql-error.ts'
import { sqlError, statementTimeout } from '../sql-error.ts'

// Kinds by the error number of the server.
const kinds: ReadonlyMap<number, SqlErrorKind> = new Map([
  [1064, 'syntax'],
  [1149, 'syntax'],
  [1792, 'read-only'],
  [1290, 'read-only'],
  [1836, 'read-only'],
  [1205, 'database-busy'],
  [1213, 'serialization-failure'],
  [1020, 'serialization-failure'],
  [1021, 'disk-full'],
  [1114, 'disk-full'],
  [1040, 'database-busy'],
  [1203, 'database-busy'],
  [1048, 'constraint'],
  [1062, 'constraint'],
  [1216, 'constraint'],
  [1217, 'constraint'],
  [1364, 'constraint'],
  [1451, 'constraint'],
  [1452, 'constraint'],
  [1557, 'constraint'],
  [3819, 'constraint'],
  [4025, 'constraint'],
  [1044, 'permission-denied'],
  [1142, 'permission-denied'],
  [1143, 'permission-denied'],
  [1227, 'permission-denied'],
  [1370, 'permission-denied'],
  [1045, 'connection-lost'],
  [1053, 'connection-lost'],
  [1927, 'connection-lost'],
])

// Statement timeout of MariaDB, statement timeout of MySQL, cancelled statement.
const stopped = new Set([1969, 3024, 1317])

/** Returns the number of an error that the server sent, or undefined for other errors. */
export function mysqlErrorNumber(thrown: unknown): number | undefined {
  const number: unknown = thrown instanceof Error ? Reflect.get(thrown, 'errno') : undefined
  return typeof number === 'number' && number >= 1000 && number < 10_000 ? number : undefined
}

/** Converts an error of `mysql2`, which is an error of the server or a lost connection. */
export function mysqlError(thrown: unknown, sql = ''): McpError {
  if (McpError.is(thrown)) return thrown
  if (!(thrown instanceof Error)) return McpError.internal(thrown)
  const number = mysqlErrorNumber(thrown)
  if (number === undefined) {
    // The message of the operating system is omitted, because it contains addresses.
    return sqlError({
      kind: 'connection-lost',
      message: 'The connection to the database failed or was lost.',
      cause: thrown,
    })
  }
  if (stopped.has(number)) {
    return statementTimeout(thrown)
  }
  const state: unknown = Reflect.get(thrown, 'sqlState')
  const kind = kinds.get(number) ?? 'sql-error'
  return sqlError({
    kind,
    message: sentence(thrown.message),
    sqlState: typeof state === 'string' ? state : undefined,
    position: kind === 'syntax' ? syntaxPosition(thrown.message, sql) : undefined,
    cause: thrown,
  })
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`)

/**
 * Returns the position of a syntax error in the statement, from 1. The message quotes up to 80 characters
 * from that position and names the line.
 */
function syntaxPosition(message: string, sql: string): number | undefined {
  const [, near, line] = /near '([\s\S]*)' at line (\d+)$/.exec(message) ?? []
  if (near === undefined) return undefined
  if (near === '') return sql.length + 1
  const lineStart = sql.split('\n', Number(line) - 1).join('\n').length
  const at = sql.indexOf(near, sql.endsWith(near) ? sql.length - near.length : lineStart)
  return at === -1 ? undefined : at + 1
}
