import { objectFacts, schemaFacts, tableDescription, tableFacts } from '@mcp/contracts/database'
import * as z from 'zod'

import type { CallOptions, EngineCatalog, EngineTransaction } from '../engine.ts'
import { readFacts } from '../../statements/read-rows.ts'
import * as queries from './sqlite-catalog-queries.ts'

/** The catalog of a SQLite file. */
export const sqliteCatalog: EngineCatalog = {
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  schemas: (transaction, options) =>
    readFacts(transaction, queries.schemas, [], schemaFacts(), options),
  async tables(transaction, { schema = 'main', signal }) {
    const tables = await readFacts(transaction, queries.tables, [schema], tableFacts(), { signal })
    const estimates = await readEstimates(transaction, { signal })
    return tables.map((table) => withEstimate(table, estimates))
  },
  searchObjects: (transaction, { text, signal }) =>
    readFacts(transaction, queries.objects, [text], objectFacts(), { signal }),
  async describeTable(transaction, { schema = 'main', table, signal }) {
    const name = [schema, table]
    const options = { signal }
    const [facts] = await readFacts(transaction, queries.table, name, tableFacts(), options)
    if (facts === undefined) return undefined
    const { columns, primaryKey, foreignKeys, indexes, constraints } = tableDescription().shape
    const read = <S extends z.ZodType>(sql: string, element: S) =>
      readFacts(transaction, sql, [table], element, options)
    return {
      ...withEstimate(facts, await readEstimates(transaction, options)),
      columns: await read(queries.columns, columns.element),
      primaryKey: (await read(queries.primaryKey, primaryKey))[0] ?? [],
      foreignKeys: await read(queries.foreignKeys, foreignKeys.element),
      indexes: await read(queries.indexes, indexes.element),
      constraints: await read(queries.constraints, constraints.element),
    }
  },
}

type TableFacts = z.output<ReturnType<typeof tableFacts>>

function withEstimate(facts: TableFacts, estimates: ReadonlyMap<string, number>): TableFacts {
  const rowEstimate = estimates.get(facts.name)
  return rowEstimate === undefined ? facts : { ...facts, rowEstimate }
}

/** Returns the number of rows per table as of the last `ANALYZE`, if it ever ran. */
async function readEstimates(
  transaction: EngineTransaction,
  options: CallOptions,
): Promise<ReadonlyMap<string, number>> {
  const exists = z.object({ analysed: z.boolean() })
  const [state] = await readFacts(transaction, queries.analysed, [], exists, options)
  if (state?.analysed !== true) return new Map()
  const pair = z.tuple([z.string(), z.number()])
  return new Map(await readFacts(transaction, queries.estimates, [], pair, options))
}
