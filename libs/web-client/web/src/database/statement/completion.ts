import type { Completion, CompletionContext, CompletionSource } from '@codemirror/autocomplete'
import { schemaCompletionSource } from '@codemirror/lang-sql'
import type { QueryClient } from '@tanstack/react-query'

import { sqlDialect } from '../../editor/languages.ts'
import { fetchDescription, fetchTables } from '../queries.ts'
import type { DatabaseInfo, TableInfo } from '../queries.ts'

/** Maximum number of tables in a text whose columns are completed. */
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
    const source = schemaCompletionSource({ dialect: sqlDialect(dialect), schema })
    const completed = await source(context)
    // The source completes columns only after the name of their table and a point.
    const word = unqualifiedWord(context)
    if (word === undefined || (completed !== null && completed.from !== word.from)) return completed
    const options = columnOptions(columns, dialect === 'mysql' ? '`' : '"')
    if (completed === null) return { from: word.from, options, validFor: /^\w*$/ }
    return { ...completed, options: [...completed.options, ...options] }
  }
}

/** Returns the word before the cursor, unless it belongs to a table, a text or a quoted name. */
function unqualifiedWord(context: CompletionContext): { readonly from: number } | undefined {
  const word = context.matchBefore(/\w*/)
  if (word === null || (word.text === '' && !context.explicit)) return undefined
  const before = context.state.sliceDoc(Math.max(0, word.from - 1), word.from)
  return ['.', '"', "'", '`'].includes(before) ? undefined : word
}

/** Returns the columns of the tables that a text names. Columns of one name are listed once. */
function columnOptions(
  columns: ReadonlyMap<TableInfo, readonly string[]>,
  quote: string,
): Completion[] {
  const tables = new Map<string, string[]>()
  for (const [{ name }, own] of columns) {
    for (const column of own) tables.set(column, [...(tables.get(column) ?? []), name])
  }
  return [...tables].map(([label, names]) => {
    const apply = /^[a-z_][a-z_\d]*$/.test(label) ? label : `${quote}${label}${quote}`
    return { label, apply, type: 'property', detail: names.join(', ') }
  })
}
