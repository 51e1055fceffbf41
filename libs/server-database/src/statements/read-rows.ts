import type * as z from 'zod'

import type {
  CallOptions,
  EngineTransaction,
  RunOptions,
  StatementStart,
} from '../engines/engine-transaction.ts'
import type { JsonValue, Row, SqlParam } from '../engines/sql-value.ts'

/** Maximum number of rows that are read from a catalog. Further rows are ignored. */
const maxCatalogRows = 20_000

/** Runs a query of this package. Reads batches until all rows or at least `maxRows` rows are read. */
export async function readAllRows(
  transaction: EngineTransaction,
  sql: string,
  params: readonly SqlParam[],
  { maxRows, signal }: RunOptions,
): Promise<Pick<StatementStart, 'columns' | 'rows'>> {
  const { columns, cursor, ...first } = await transaction.run(sql, params, { maxRows, signal })
  const rows = [...first.rows]
  if (cursor === undefined) return { columns, rows }
  let { more } = first
  while (more && rows.length < maxRows) {
    const batch = await cursor.read({ maxRows: maxRows - rows.length, signal })
    for (const row of batch.rows) rows.push(row)
    ;({ more } = batch)
  }
  await cursor.close()
  return { columns, rows }
}

/** Returns the rows of a query of this package as maps. The keys are the names of the columns. */
export async function readRows(
  transaction: EngineTransaction,
  sql: string,
  params: readonly SqlParam[],
  { signal }: CallOptions,
): Promise<readonly ReadonlyMap<string, JsonValue>[]> {
  const options = { maxRows: maxCatalogRows, signal }
  const { columns, rows } = await readAllRows(transaction, sql, params, options)
  return rows.map((row) => toMap(columns, row))
}

function toMap(columns: readonly { readonly name: string }[], row: Row) {
  return new Map(columns.map(({ name }, index) => [name, row[index] ?? null]))
}

/** Returns the parsed column `info` of each row. If the engine has no JSON type, the column is JSON text. */
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
