import type * as z from 'zod'

import type { CallOptions, EngineTransaction } from '../engines/engine-transaction.ts'
import type { JsonValue, Row, SqlParam } from '../engines/sql-value.ts'

/** The most that is read of a catalog: what is beyond is not listed. */
const maxCatalogRows = 20_000

/** All rows of a query of ours, as objects by column. */
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

/** The info in the column of that name: JSON, or its text where the engine has no type for it. */
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
