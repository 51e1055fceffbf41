import { McpError } from '@mcp/protocol'

import type { SqlErrorKind } from '../sql-error.ts'
import { cutMessage } from '../size-limit.ts'
import { paramCountError, sqlError, statementTimeout } from '../sql-error.ts'

/** Fields of a PostgreSQL error, as `pg` and PGlite provide them. */
export interface PgErrorFields {
  readonly code?: string | undefined
  readonly message?: string | undefined
  readonly detail?: string | undefined
  readonly hint?: string | undefined
  readonly position?: string | undefined
}

// Kinds by SQLSTATE, or by the class of the SQLSTATE, which is its first two characters.
const kinds: ReadonlyMap<string, SqlErrorKind> = new Map([
  ['42601', 'syntax'],
  ['42501', 'permission-denied'],
  ['25006', 'read-only'],
  ['55P03', 'database-busy'],
  ['40', 'serialization-failure'],
  ['23', 'constraint'],
  // PostgreSQL reports params that do not match the placeholders as a protocol violation.
  ['08P01', 'sql-error'],
  ['08', 'connection-lost'],
  ['53100', 'disk-full'],
  ['53', 'database-busy'],
  ['57', 'connection-lost'],
  ['28', 'connection-lost'],
])

const untypedParam = '42P18'
const typeHint = 'Cast the placeholder to its type, for example $1::text.'

/** Converts an error of PostgreSQL. */
export function pgError(fields: PgErrorFields): McpError {
  const { code = '', position } = fields
  const message = cutMessage(fields.message ?? 'The database gave no reason.')
  const detail = fields.detail === undefined ? undefined : cutMessage(fields.detail)
  const hint = fields.hint === undefined ? undefined : cutMessage(fields.hint)
  const cause = { code, message, detail, hint, position }
  // This is the timeout of the database itself, which can elapse before the signal of the caller aborts.
  if (code === '57014') {
    return statementTimeout(cause)
  }
  // Not retryable: the same statement would need the same memory.
  if (code === '53200') {
    const text = `${sentence(message)} Select fewer rows or parts of the values.`
    return new McpError('payload-too-large', text, { details: { sqlState: code }, cause })
  }
  const counts = /^bind message supplies (\d+) parameters, .* requires (\d+)$/.exec(message)
  if (counts !== null) return paramCountError(Number(counts[1]), Number(counts[2]))
  const kind = kinds.get(code) ?? kinds.get(code.slice(0, 2)) ?? 'sql-error'
  return sqlError({
    kind,
    message: sentence(
      kind === 'constraint' && detail !== undefined ? `${message}. ${detail}` : message,
    ),
    hint: code === untypedParam ? typeHint : hint,
    sqlState: code === '' ? undefined : code,
    position: position === undefined ? undefined : Number(position),
    cause,
  })
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`)
