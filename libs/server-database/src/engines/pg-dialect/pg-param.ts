import type { SqlParam } from '../sql-value.ts'

/** Converts a param to PostgreSQL's text format. The server parses it as the type of the placeholder. */
export function toPgText(param: SqlParam): string | null {
  if (param === null || typeof param === 'string') return param
  if (typeof param === 'object' && 'base64' in param && typeof param.base64 === 'string') {
    return `\\x${Buffer.from(param.base64, 'base64').toString('hex')}`
  }
  return typeof param === 'object' ? JSON.stringify(param) : String(param)
}
