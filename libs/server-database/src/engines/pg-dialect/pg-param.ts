import type { SqlParam } from '../sql-value.ts'
import { mayBeJsonArray, toPgArray } from './pg-array-param.ts'
import type { PgTypes } from './pg-types.ts'

/** Converts a param to PostgreSQL's text format. The server parses it as the type of the placeholder. */
function toPgText(param: SqlParam): string | null {
  if (param === null || typeof param === 'string') return param
  if (typeof param === 'object' && 'base64' in param && typeof param.base64 === 'string') {
    return `\\x${Buffer.from(param.base64, 'base64').toString('hex')}`
  }
  return typeof param === 'object' ? JSON.stringify(param) : String(param)
}

/**
 * Converts params to PostgreSQL's text format. Calls `describe` for the types of the placeholders only if a
 * param can be an array, because that takes another exchange with the database.
 */
export async function toPgTexts(
  params: readonly SqlParam[],
  types: PgTypes,
  describe: () => Promise<readonly number[]>,
): Promise<(string | null)[]> {
  const texts = params.map(toPgText)
  if (!texts.some(mayBeJsonArray)) return texts
  const oids = await describe()
  return texts.map((text, index) => {
    const format = types.arrayFormat(oids[index] ?? 0)
    return text === null || format === undefined ? text : toPgArray(text, format)
  })
}
