import type { QueryClient } from '@tanstack/react-query'
import { useQuery } from '@tanstack/react-query'

import type { OperationResult } from '../data/call-operation.ts'
import { callOperation } from '../data/call-operation.ts'

export type DatabaseInfo = OperationResult<'database', 'listDatabases'>['items'][number]
export type TableInfo = OperationResult<'database', 'listTables'>['items'][number]
export type TableDescription = OperationResult<'database', 'describeTable'>

/** Maximum number of tables in the tree. The search finds all others. */
const maxTables = 1000

export const databaseKey = (name: string) => ['database', name] as const

/** The databases of the server, the default one first. */
export function useDatabases() {
  return useQuery({
    queryKey: ['databases'],
    queryFn: ({ signal }) =>
      callOperation('database', 'listDatabases', { limit: 1000 }, { signal }),
    select: ({ items }) => items,
  })
}

/** Returns the tables of a database, from the cache if it has them. */
export async function fetchTables(client: QueryClient, database: string): Promise<TableInfo[]> {
  const { items } = await client.fetchQuery({
    queryKey: [...databaseKey(database), 'tables'],
    queryFn: ({ signal }) =>
      callOperation('database', 'listTables', { database, limit: maxTables }, { signal }),
    staleTime: Infinity,
  })
  return items
}

/** Returns the columns, keys and indexes of a table, from the cache if it has them. */
export function fetchDescription(
  client: QueryClient,
  database: string,
  { schema, name }: Pick<TableInfo, 'schema' | 'name'>,
): Promise<TableDescription> {
  return client.fetchQuery({
    queryKey: [...databaseKey(database), 'table', schema, name],
    queryFn: ({ signal }) =>
      callOperation('database', 'describeTable', { database, schema, table: name }, { signal }),
    staleTime: Infinity,
  })
}
