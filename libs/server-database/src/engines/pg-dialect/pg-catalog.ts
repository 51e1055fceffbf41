import { objectInfo, schemaInfo, tableDescription, tableInfo } from '@mcp/contracts/database'

import type { EngineCatalog } from '../engine.ts'
import { readInfo, readRows } from '../../statements/read-rows.ts'
import * as queries from './pg-catalog-queries.ts'

/** The catalog of PostgreSQL, as a server or as PGlite. */
export const pgCatalog: EngineCatalog = {
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  schemas: (transaction, options) =>
    readInfo(transaction, queries.schemas, [], schemaInfo(), options),
  tables: (transaction, { schema = null, signal }) =>
    readInfo(transaction, queries.tables, [schema], tableInfo(), { signal }),
  searchObjects: (transaction, { text, signal }) =>
    readInfo(transaction, queries.objects, [text], objectInfo(), { signal }),
  async describeTable(transaction, { schema = null, table, signal }) {
    const [found] = await readRows(transaction, queries.table, [schema, table], { signal })
    if (found === undefined) return undefined
    const { columns, primaryKey, foreignKeys, indexes, constraints } = tableDescription().shape
    const oid = [found.get('oid') ?? null]
    return {
      ...tableInfo().parse(found.get('info')),
      columns: await readInfo(transaction, queries.columns, oid, columns.element, { signal }),
      primaryKey:
        (await readInfo(transaction, queries.primaryKey, oid, primaryKey, { signal }))[0] ?? [],
      foreignKeys: await readInfo(transaction, queries.foreignKeys, oid, foreignKeys.element, {
        signal,
      }),
      indexes: await readInfo(transaction, queries.indexes, oid, indexes.element, { signal }),
      constraints: await readInfo(transaction, queries.constraints, oid, constraints.element, {
        signal,
      }),
    }
  },
}
