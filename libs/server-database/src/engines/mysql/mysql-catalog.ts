import { objectInfo, schemaInfo, tableDescription, tableInfo } from '@mcp/contracts/database'

import type { EngineCatalog } from '../engine.ts'
import type { JsonValue } from '../sql-value.ts'
import { readRows } from '../../statements/read-rows.ts'
import * as queries from './mysql-catalog-queries.ts'

type CatalogRow = ReadonlyMap<string, JsonValue>

/** The catalog of a MySQL or MariaDB server. */
export const mysqlCatalog: EngineCatalog = {
  quote: (name) => `\`${name.replaceAll('`', '``')}\``,
  async schemas(transaction, options) {
    const rows = await readRows(transaction, queries.schemas, [], options)
    return rows.map((row) => schemaInfo().parse(withoutNulls(row)))
  },
  async tables(transaction, { schema = null, signal }) {
    const rows = await readRows(transaction, queries.tables, [schema, schema], { signal })
    return rows.map((row) => tableInfo().parse(withoutNulls(row)))
  },
  async searchObjects(transaction, { text, signal }) {
    const params = Array.from({ length: queries.objectsParams }, () => text)
    const rows = await readRows(transaction, queries.objects, params, { signal })
    return rows.map((row) => objectInfo().parse(withoutNulls(row)))
  },
  async describeTable(transaction, { schema = null, table, signal }) {
    const [found] = await readRows(transaction, queries.table, [schema, table], { signal })
    if (found === undefined) return undefined
    const info = tableInfo().parse(withoutNulls(found))
    const readForTable = (sql: string) =>
      readRows(transaction, sql, [info.schema, info.name], { signal })
    const columns = await readForTable(queries.columns)
    const keys = byName(await readForTable(queries.keyColumns))
    const checks = await readForTable(queries.checks)
    const indexes = byName(await readForTable(queries.indexColumns))
    return tableDescription().parse({
      ...info,
      columns: columns.map(toColumn),
      primaryKey: keys.filter(isOfKind('PRIMARY KEY')).flatMap(columnsOf('column')),
      foreignKeys: keys.filter(isOfKind('FOREIGN KEY')).map(toForeignKey),
      indexes: indexes.map(toIndex),
      constraints: [...keys.filter(isOfKind('UNIQUE')).map(toUnique), ...checks.map(toCheck)],
    })
  },
}

/** Converts a row to an object without its null and empty values. */
function withoutNulls(row: CatalogRow): Record<string, JsonValue> {
  return Object.fromEntries([...row].filter(([, value]) => value !== null && value !== ''))
}

/** Groups the rows by name, in their order. */
function byName(rows: readonly CatalogRow[]): readonly (readonly CatalogRow[])[] {
  return [...Map.groupBy(rows, (row) => row.get('name')).values()]
}

const isOfKind = (kind: string) => (rows: readonly CatalogRow[]) => rows[0]?.get('kind') === kind

const columnsOf = (column: string) => (rows: readonly CatalogRow[]) =>
  rows.map((row) => row.get(column))

function toColumn(row: CatalogRow) {
  const { extra, nullable, default: preset, ...info } = withoutNulls(row)
  const isGenerated = typeof extra === 'string' && /auto_increment|GENERATED/i.test(extra)
  return {
    ...info,
    nullable: nullable === 'YES',
    // MariaDB reports the implicit default as the text `NULL`.
    ...(preset === undefined || preset === 'NULL' ? {} : { default: preset }),
    ...(isGenerated ? { generated: true } : {}),
  }
}

function toForeignKey(rows: readonly CatalogRow[]) {
  const [first] = rows
  return {
    name: first?.get('name'),
    columns: columnsOf('column')(rows),
    references: {
      schema: first?.get('referencedSchema'),
      table: first?.get('referencedTable'),
      columns: columnsOf('referencedColumn')(rows),
    },
    onDelete: first?.get('onDelete'),
    onUpdate: first?.get('onUpdate'),
  }
}

function toIndex(rows: readonly CatalogRow[]) {
  const [first] = rows
  return {
    name: first?.get('name'),
    // An index part that is an expression has no column.
    columns: rows.map((row) => row.get('column') ?? '(expression)'),
    unique: Number(first?.get('nonUnique')) === 0,
  }
}

function toUnique(rows: readonly CatalogRow[]) {
  return { name: rows[0]?.get('name'), kind: 'unique', columns: columnsOf('column')(rows) }
}

function toCheck(row: CatalogRow) {
  return { name: row.get('name'), kind: 'check', columns: [], definition: row.get('definition') }
}
