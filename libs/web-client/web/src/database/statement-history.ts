import { isRecord } from '@mcp/protocol/light'

import type { TextStorage } from './stored-list.ts'
import { readStored, writeStored } from './stored-list.ts'

/** A statement that has run. */
export interface PastStatement {
  readonly sql: string
  readonly database: string
  readonly at: string
  readonly durationMs: number
  /** The result in brief, such as `3 rows`. */
  readonly text: string
  /** Whether the statement ended with an error. `text` is then the message of the error. */
  readonly isError?: boolean
}

const key = 'mcp-database-history'
const maxStatements = 100
const maxSqlLength = 10_000

/** Returns the last statements, the newest first. */
export function readHistory(storage: TextStorage): readonly PastStatement[] {
  return readStored(storage, key, isPast)
}

/**
 * Adds a statement. A statement that the history already contains moves to the start. A very long statement
 * is not kept.
 */
export function rememberStatement(
  storage: TextStorage,
  past: PastStatement,
): readonly PastStatement[] {
  const before = readHistory(storage)
  if (past.sql.length > maxSqlLength) return before
  const others = before.filter(
    ({ sql, database }) => sql !== past.sql || database !== past.database,
  )
  const next = [past, ...others].slice(0, maxStatements)
  writeStored(storage, key, next)
  return next
}

/** Returns where a statement ran, how it ended, and how long it took, on one line. */
export function describePast({ database, text, durationMs }: PastStatement): string {
  const end = text.trim().replace(/\.$/, '')
  return `${database} · ${end} · ${Math.round(durationMs)} ms`
}

function isPast(value: unknown): value is PastStatement {
  return (
    isRecord(value) &&
    ['sql', 'database', 'at', 'text'].every((name) => typeof value[name] === 'string') &&
    typeof value['durationMs'] === 'number'
  )
}
