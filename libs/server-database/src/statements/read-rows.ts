import type * as z from 'zod'

import type { CallOptions, EngineTransaction, JsonValue, Row, SqlParam } from '../engines/engine.ts'

/** The most that is read of a catalogue: what is beyond is not listed. */
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

/** The facts in the column of that name: JSON, or its text where the engine has no type for it. */
export async function readFacts<S extends z.ZodType>(
  transaction: EngineTransaction,
  sql: string,
  params: readonly SqlParam[],
  schema: S,
  options: CallOptions,
): Promise<z.output<S>[]> {
  const rows = await readRows(transaction, sql, params, options)
  return rows.map((row) => {
    const facts = row.get('facts')
    return schema.parse(typeof facts === 'string' ? JSON.parse(facts) : facts)
  })
}
