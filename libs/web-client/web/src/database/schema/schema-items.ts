import type { QueryClient } from '@tanstack/react-query'
import { McpError } from '@mcp/protocol/light'

import { fetchDescription, fetchTables } from '../queries.ts'
import type { TableDescription, TableInfo } from '../queries.ts'

/** One line of the tree. */
export interface SchemaItem {
  readonly kind:
    | 'root'
    | 'schema'
    | 'table'
    | 'column'
    | 'primary key'
    | 'foreign key'
    | 'index'
    | 'constraint'
    | 'problem'
    | 'none'
    | 'loading'
  readonly title: string
  readonly detail?: string
  /** Set if the item is a table. */
  readonly table?: TableInfo
}

export interface ItemEntry {
  readonly id: string
  readonly data: SchemaItem
}

export const rootId = 'root'
export const rootItem: SchemaItem = { kind: 'root', title: 'Schema' }
export const loadingItem: SchemaItem = { kind: 'loading', title: 'Loading…' }

/** Returns the children of an item. An error becomes an item, so that it is shown at its place. */
export async function loadChildren(
  client: QueryClient,
  database: string,
  id: string,
): Promise<ItemEntry[]> {
  try {
    const tables = await fetchTables(client, database)
    const [kind, schema = '', name = ''] = id.split('\n')
    if (kind === 'root') return rootChildren(tables)
    if (kind === 'schema') return tables.filter((table) => table.schema === schema).map(tableEntry)
    return describedChildren(id, await fetchDescription(client, database, { schema, name }))
  } catch (thrown) {
    const { message } = McpError.from(thrown)
    return [{ id: `${id} problem`, data: { kind: 'problem', title: message } }]
  }
}

function rootChildren(tables: readonly TableInfo[]): ItemEntry[] {
  // An empty schema has one item, because a tree without items is shown as loading.
  if (tables.length === 0) return [{ id: 'none', data: { kind: 'none', title: 'No tables' } }]
  const schemas = [...new Set(tables.map(({ schema }) => schema))]
  if (schemas.length < 2) return tables.map(tableEntry)
  return schemas.map((schema) => ({
    id: ['schema', schema].join('\n'),
    data: { kind: 'schema', title: schema },
  }))
}

function tableEntry(table: TableInfo): ItemEntry {
  const { schema, name, kind, rowEstimate, comment } = table
  const rows = rowEstimate === undefined ? '' : `about ${rowEstimate.toLocaleString('en')} rows`
  const detail = [kind === 'table' ? '' : kind, rows, comment ?? ''].filter((part) => part !== '')
  return {
    id: ['table', schema, name].join('\n'),
    data: { kind: 'table', title: name, detail: detail.join(', '), table },
  }
}

/** Returns the columns, keys, indexes and constraints of a table. */
export function describedChildren(id: string, description: TableDescription): ItemEntry[] {
  const { columns, primaryKey, foreignKeys, indexes, constraints } = description
  const items: SchemaItem[] = [
    ...columns.map(({ name, type, nullable, default: preset }): SchemaItem => ({
      kind: 'column',
      title: name,
      detail: [
        type,
        nullable ? '' : 'not null',
        primaryKey.includes(name) ? 'primary key' : '',
        preset === undefined ? '' : `default ${preset}`,
      ]
        .filter((part) => part !== '')
        .join(', '),
    })),
    ...(primaryKey.length > 1
      ? [{ kind: 'primary key', title: primaryKey.join(', ') } as const]
      : []),
    ...foreignKeys.map(({ columns: own, references }): SchemaItem => ({
      kind: 'foreign key',
      title: own.join(', '),
      detail: `→ ${references.table} (${references.columns.join(', ')})`,
    })),
    ...indexes.map(({ name, columns: own, unique }): SchemaItem => ({
      kind: 'index',
      title: name,
      detail: `${unique ? 'unique, ' : ''}${own.join(', ')}`,
    })),
    ...constraints.map(({ kind, name, columns: own, definition }): SchemaItem => ({
      kind: 'constraint',
      title: name ?? kind,
      detail: definition ?? own.join(', '),
    })),
  ]
  return items.map((data, index) => ({ id: `${id} ${index}`, data }))
}
