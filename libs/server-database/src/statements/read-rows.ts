import type * as z from 'zod'

import type { CallOptions, EngineTransaction } from '../engines/engine-transaction.ts'
import type { JsonValue, Row, SqlParam } from '../engines/sql-value.ts'

/** Maximum number of rows read from a catalog. Further ones are not listed. */
const maxCatalogRows = 20_000

/** Returns all rows of a query of this package, as maps by column name. */
export async function readRows(
  transaction: EngineTransaction,
  sql: string,
  params: readonly SqlParam[],
  { signal }: CallOptions,
): Promise<readonly ReadonlyMap<string, JsonValue>[]> {
  const { columns, rows, cursor } = await transaction.run(sql, params, {
    maxRows: maxCatalogRows,
    signal,
  })
  await cursor?.close()
  return rows.map((row) => toMap(columns, row))
}

function toMap(columns: readonly { readonly name: string }[], row: Row) {
  return new Map(columns.map(({ name }, index) => [name, row[index] ?? null]))
}

/** Returns the parsed column `info` of each row: JSON, or JSON text if the engine has no JSON type. */
export async function readInfo<S extends z.ZodType>(
  transaction: EngineTransaction,
  sql: string,
  params: readonly SqlParam[],
  schema: S,
  options: CallOptions,
): Promise<z.output<S>[]> {
  const rows = await readRows(transaction, sql, params, options)
  return rows.map((row) => {
    const info = row.get('info')
    return schema.parse(typeof info === 'string' ? JSON.parse(info) : info)
  })
}
