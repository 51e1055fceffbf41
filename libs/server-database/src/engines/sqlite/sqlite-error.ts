import { McpError } from '@mcp/protocol'

import type { SqlErrorKind } from '../sql-error.ts'
import { sqlError } from '../sql-error.ts'

// Kinds by the primary result code of SQLite.
const kinds: ReadonlyMap<number, SqlErrorKind> = new Map([
  [5, 'database-busy'],
  [6, 'database-busy'],
  [8, 'read-only'],
  [10, 'connection-lost'],
  [11, 'connection-lost'],
  [13, 'disk-full'],
  [14, 'connection-lost'],
  [19, 'constraint'],
  [26, 'connection-lost'],
])

const outOfMemory = 7
const tooBig = 18

/** Converts an error of SQLite. Returns other errors unchanged. */
export function sqliteError(cause: unknown): unknown {
  if (McpError.is(cause) || !(cause instanceof Error)) return cause
  if (!('errcode' in cause) || typeof cause.errcode !== 'number') return cause
  const { message, errcode } = cause
  if (errcode === outOfMemory || errcode === tooBig) {
    const text =
      'The statement or a value exceeds the memory limit of SQLite. Select parts of the values.'
    return new McpError('payload-too-large', text)
  }
  if (errcode === 25) {
    const message = 'The statement has fewer placeholders (?) than params has values.'
    return sqlError({ kind: 'sql-error', message })
  }
  if (errcode === 23) {
    const message =
      'SQLite refused the statement. The statement changes something in a read-only transaction, or has effects beyond its transaction or file.'
    return sqlError({ kind: 'permission-denied', message })
  }
  const isSyntax = errcode === 1 && /syntax error|incomplete input|unrecognized token/.test(message)
  const kind = isSyntax ? 'syntax' : (kinds.get(errcode & 0xff) ?? 'sql-error')
  return sqlError({ kind, message: /[.!?]$/.test(message) ? message : `${message}.` })
}
