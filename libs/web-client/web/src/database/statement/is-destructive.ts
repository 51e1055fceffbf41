import type { StatementKind } from './use-statement.ts'

/** Whether a statement can remove or replace what exists. Only a read, or one that begins with INSERT or CREATE, cannot. */
export function isDestructive(kind: StatementKind, sql: string): boolean {
  if (kind === 'read') return false
  const start = /^(?:\s+|--[^\n]*\n|\/\*[^]*?\*\/)*(\w+)(?:\s+or\s+(\w+))?/i.exec(sql)
  const [, verb = '', alternative] = start ?? []
  if (alternative !== undefined) return true
  return !['insert', 'create'].includes(verb.toLowerCase())
}
