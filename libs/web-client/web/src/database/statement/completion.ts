import type { CompletionSource } from '@codemirror/autocomplete'
import { schemaCompletionSource } from '@codemirror/lang-sql'
import type { QueryClient } from '@tanstack/react-query'

import { sqlDialect } from '../../editor/languages.ts'
import { fetchDescription, fetchTables } from '../queries.ts'
import type { DatabaseInfo, TableInfo } from '../queries.ts'

/** Most tables of one text whose columns are completed. */
const maxDescribed = 12

/**
 * Creates the completion of tables and columns. The columns of a table are read when the text names the
 * table.
 */
export function createCompletion(
  client: QueryClient,
  { name, dialect }: DatabaseInfo,
): CompletionSource {
  return async (context) => {
    const tables = await fetchTables(client, name).catch(() => [])
    const words = new Set(context.state.sliceDoc().toLowerCase().match(/\w+/g))
    const named = tables.filter((table) => words.has(table.name.toLowerCase()))
    const columns = new Map<TableInfo, string[]>()
    await Promise.all(
      named.slice(0, maxDescribed).map(async (table) => {
        const described = await fetchDescription(client, name, table).catch(() => undefined)
        columns.set(table, described?.columns.map((column) => column.name) ?? [])
      }),
    )
    if (context.aborted) return null
    const schema: Record<string, string[]> = {}
    for (const table of tables) {
      const own = columns.get(table) ?? []
      schema[table.name] = own
      schema[`${table.schema}.${table.name}`] = own
    }
    return schemaCompletionSource({ dialect: sqlDialect(dialect), schema })(context)
  }
}
