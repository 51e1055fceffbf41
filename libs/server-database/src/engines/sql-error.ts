import type { McpErrorCode } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import { cutMessage } from './size-limit.ts'

/** Categories of errors that all engines share. */
export type SqlErrorKind =
  | 'syntax'
  | 'sql-error'
  | 'constraint'
  | 'serialization-failure'
  | 'permission-denied'
  | 'read-only'
  | 'database-busy'
  | 'disk-full'
  | 'connection-lost'
  | 'transaction-over'

export interface SqlErrorInfo {
  readonly kind: SqlErrorKind
  /** Message of the database, without details of its host. */
  readonly message: string
  /** SQLSTATE, five characters, if the engine provides it. */
  readonly sqlState?: string | undefined
  /** Position in the statement, from 1, in characters. */
  readonly position?: number | undefined
  readonly hint?: string | undefined
  readonly cause?: unknown
}

const codes: Record<SqlErrorKind, McpErrorCode> = {
  syntax: 'invalid-params',
  'sql-error': 'invalid-params',
  constraint: 'conflict',
  'serialization-failure': 'conflict',
  'permission-denied': 'forbidden',
  'read-only': 'forbidden',
  'database-busy': 'unavailable',
  'disk-full': 'unavailable',
  'connection-lost': 'unavailable',
  'transaction-over': 'conflict',
}

/** Creates the error of a statement that the database refused or failed to run. */
export function sqlError(info: SqlErrorInfo): McpError {
  const { kind, message, sqlState, position, hint, cause } = info
  const text = hint === undefined ? message : `${message} ${hint}`
  return new McpError(codes[kind], cutMessage(withoutPaths(text)), {
    // Databases expect clients to retry the transaction after this error.
    ...(kind === 'serialization-failure' ? { retryable: true } : {}),
    ...(kind === 'disk-full' ? { retryable: false } : {}),
    details: {
      reason: kind === 'syntax' ? 'sql-syntax' : kind,
      ...(sqlState === undefined ? {} : { sqlState }),
      ...(position === undefined ? {} : { position }),
    },
    cause,
  })
}

/**
 * Returns the error of a statement that exceeded its own timeout. Not retryable, unlike the timeout of a
 * connection: the same statement would take as long again.
 */
export function statementTimeout(cause?: unknown, limitMs?: number): McpError {
  const limit = limitMs === undefined ? 'its timeout' : `its timeout of ${limitMs} ms`
  const message = `The statement exceeded ${limit} and was stopped. Simplify it or raise timeoutMs.`
  const details = { reason: 'statement-timeout', ...(limitMs === undefined ? {} : { limitMs }) }
  return new McpError('timeout', message, { retryable: false, details, cause })
}

/** Returns the error of a statement that has another number of placeholders than params. */
export function paramCountError(params: number, placeholders?: number): McpError {
  const needed = placeholders === undefined ? 'another number of' : String(placeholders)
  const message = `The statement has ${needed} placeholders, but params has ${params} values. Pass one value for each placeholder.`
  return sqlError({ kind: 'sql-error', message })
}

// An error for a caller must not contain paths on the host of the database.
const withoutPaths = (text: string) => text.replaceAll(/(["'`])\/[^"'`]*\1/g, '$1…$1')
