import { objectInfo, schemaInfo, tableDescription, tableInfo } from '@mcp/contracts/database'
import * as z from 'zod'

import type { CallOptions, EngineTransaction } from '../engine-transaction.ts'
import type { EngineCatalog } from '../engine.ts'
import { readInfo } from '../../statements/read-rows.ts'
import * as queries from './sqlite-catalog-queries.ts'

/** The catalog of a SQLite file. */
export const sqliteCatalog: EngineCatalog = {
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  schemas: (transaction, options) =>
    readInfo(transaction, queries.schemas, [], schemaInfo(), options),
  async tables(transaction, { schema = 'main', signal }) {
    const tables = await readInfo(transaction, queries.tables, [schema], tableInfo(), { signal })
    const estimates = await readEstimates(transaction, { signal })
    return tables.map((table) => withEstimate(table, estimates))
  },
  searchObjects: (transaction, { text, signal }) =>
    readInfo(transaction, queries.objects, [text], objectInfo(), { signal }),
  async describeTable(transaction, { schema = 'main', table, signal }) {
    const name = [schema, table]
    const options = { signal }
    const [info] = await readInfo(transaction, queries.table, name, tableInfo(), options)
    if (info === undefined) return undefined
    const { columns, primaryKey, foreignKeys, indexes, constraints } = tableDescription().shape
    const read = <S extends z.ZodType>(sql: string, element: S) =>
      readInfo(transaction, sql, [table], element, options)
    return {
      ...withEstimate(info, await readEstimates(transaction, options)),
      columns: await read(queries.columns, columns.element),
      primaryKey: (await read(queries.primaryKey, primaryKey))[0] ?? [],
      foreignKeys: await read(queries.foreignKeys, foreignKeys.element),
      indexes: await read(queries.indexes, indexes.element),
      constraints: await read(queries.constraints, constraints.element),
    }
  },
}

type TableInfo = z.output<ReturnType<typeof tableInfo>>

function withEstimate(info: TableInfo, estimates: ReadonlyMap<string, number>): TableInfo {
  const rowEstimate = estimates.get(info.name)
  return rowEstimate === undefined ? info : { ...info, rowEstimate }
}

/** Returns the number of rows per table at the last `ANALYZE`. The map is empty if `ANALYZE` never ran. */
async function readEstimates(
  transaction: EngineTransaction,
  options: CallOptions,
): Promise<ReadonlyMap<string, number>> {
  const exists = z.object({ analysed: z.boolean() })
  const [state] = await readInfo(transaction, queries.analysed, [], exists, options)
  if (state?.analysed !== true) return new Map()
  const pair = z.tuple([z.string(), z.number()])
  return new Map(await readInfo(transaction, queries.estimates, [], pair, options))
}
