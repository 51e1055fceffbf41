import { objectFacts, schemaFacts, tableDescription, tableFacts } from '@mcp/contracts/database'

import type { EngineCatalog } from '../engine.ts'
import { readFacts, readRows } from '../../statements/read-rows.ts'
import * as queries from './pg-catalog-queries.ts'

/** The catalog of PostgreSQL, as a server or as PGlite. */
export const pgCatalog: EngineCatalog = {
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  schemas: (transaction, options) =>
    readFacts(transaction, queries.schemas, [], schemaFacts(), options),
  tables: (transaction, { schema = null, signal }) =>
    readFacts(transaction, queries.tables, [schema], tableFacts(), { signal }),
  searchObjects: (transaction, { text, signal }) =>
    readFacts(transaction, queries.objects, [text], objectFacts(), { signal }),
  async describeTable(transaction, { schema = null, table, signal }) {
    const [found] = await readRows(transaction, queries.table, [schema, table], { signal })
    if (found === undefined) return undefined
    const { columns, primaryKey, foreignKeys, indexes, constraints } = tableDescription().shape
    const oid = [found.get('oid') ?? null]
    return {
      ...tableFacts().parse(found.get('facts')),
      columns: await readFacts(transaction, queries.columns, oid, columns.element, { signal }),
      primaryKey:
        (await readFacts(transaction, queries.primaryKey, oid, primaryKey, { signal }))[0] ?? [],
      foreignKeys: await readFacts(transaction, queries.foreignKeys, oid, foreignKeys.element, {
        signal,
      }),
      indexes: await readFacts(transaction, queries.indexes, oid, indexes.element, { signal }),
      constraints: await readFacts(transaction, queries.constraints, oid, constraints.element, {
        signal,
      }),
    }
  },
}
