import { didYouMean, McpError, nearNames } from '@mcp/protocol'

import type { TableDescription, TableInfo } from '../engines/engine.ts'
import type { Lease } from '../transactions/database.ts'

export interface TableRequest {
  readonly table: string
  readonly schema: string | undefined
  readonly signal: AbortSignal
}

/**
 * Returns the description of a table. Without a schema, the name can be dotted: `sales.orders`.
 *
 * @throws McpError `not-found` with similar names, if the table does not exist.
 */
export async function findTable(lease: Lease, request: TableRequest): Promise<TableDescription> {
  const { catalog } = lease.engine
  for (const candidate of candidates(request)) {
    const found = await catalog.describeTable(lease.transaction, candidate)
    if (found !== undefined) return found
  }
  throw await noSuchTable(lease, request)
}

/** Returns the request, and one for each way to split a dotted name, because a name can contain dots. */
function candidates(request: TableRequest): readonly TableRequest[] {
  const { table, schema, signal } = request
  if (schema !== undefined) return [request]
  const parts = table.split('.')
  const split = parts.slice(1).map((_, index) => ({
    schema: parts.slice(0, index + 1).join('.'),
    table: parts.slice(index + 1).join('.'),
    signal,
  }))
  return [request, ...split]
}

/** Returns the error of a missing table. The error suggests similar names, with their schemas if necessary. */
async function noSuchTable(
  { engine, transaction }: Lease,
  { table, schema, signal }: TableRequest,
): Promise<McpError> {
  const tables = await engine.catalog.tables(transaction, { schema, signal })
  const names = new Set(tables.map(({ name }) => name))
  const near = nearNames(table, schema === undefined ? [...names, ...tables.map(dotted)] : names)
  const suggestions = new Set<string>()
  for (const name of near) {
    const isDefault =
      schema !== undefined ||
      !names.has(name) ||
      (await engine.catalog.describeTable(transaction, { table: name, signal })) !== undefined
    const known = isDefault ? [name] : tables.filter((each) => each.name === name).map(dotted)
    for (const each of known) suggestions.add(each)
  }
  const suggested = [...suggestions].slice(0, maxSuggestions)
  const place = schema === undefined ? '' : ` in the schema "${schema.slice(0, 64)}"`
  const message = `No table${place} is named "${table.slice(0, 64)}"${didYouMean(suggested)}`
  return new McpError('not-found', message, { details: { near: suggested } })
}

const maxSuggestions = 3

const dotted = ({ schema, name }: TableInfo): string => `${schema}.${name}`

/** Returns a `not-found` error if the table does not exist, otherwise the error itself. */
export async function toTableError(
  error: unknown,
  lease: Lease,
  request: TableRequest,
): Promise<unknown> {
  if (!McpError.is(error) || error.details?.['reason'] !== 'sql-error') return error
  return findTable(lease, request).then(
    () => error,
    (missing: unknown) => missing,
  )
}
