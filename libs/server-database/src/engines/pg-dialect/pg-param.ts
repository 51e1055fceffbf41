import type { SqlParam } from '../sql-value.ts'

/** A param in PostgreSQL's text format; the server reads it as the type its placeholder has. */
export function toPgText(param: SqlParam): string | null {
  if (param === null || typeof param === 'string') return param
  if (typeof param === 'object' && 'base64' in param && typeof param.base64 === 'string') {
    return `\\x${Buffer.from(param.base64, 'base64').toString('hex')}`
  }
  return typeof param === 'object' ? JSON.stringify(param) : String(param)
}
