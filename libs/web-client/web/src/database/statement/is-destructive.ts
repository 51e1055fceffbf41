import type { StatementKind } from './use-statement.ts'

/**
 * Whether a statement can remove or replace existing data. False for a statement that only reads, and for
 * INSERT and CREATE without OR.
 */
export function isDestructive(kind: StatementKind, sql: string): boolean {
  if (kind === 'read') return false
  const start = /^(?:\s+|--[^\n]*\n|\/\*[^]*?\*\/)*(\w+)(?:\s+or\s+(\w+))?/i.exec(sql)
  const [, verb = '', alternative] = start ?? []
  if (alternative !== undefined) return true
  return !['insert', 'create'].includes(verb.toLowerCase())
}
