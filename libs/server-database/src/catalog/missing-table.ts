import { McpError } from '@mcp/protocol'
import { notFound } from '@mcp/server'

import type { Lease } from '../transactions/database.ts'

export interface TableRequest {
  readonly table: string
  readonly schema: string | undefined
  readonly signal: AbortSignal
}

/** Returns the error of a missing table. The error suggests similar names. */
export async function noSuchTable(
  { engine, transaction }: Lease,
  { table, schema, signal }: TableRequest,
): Promise<McpError> {
  const tables = await engine.catalog.tables(transaction, { schema, signal })
  return notFound('table', table, new Set(tables.map(({ name }) => name)))
}

/** Returns a `not-found` error if the table does not exist, otherwise the error itself. */
export async function toTableError(
  error: unknown,
  lease: Lease,
  request: TableRequest,
): Promise<unknown> {
  if (!McpError.is(error) || error.details?.['reason'] !== 'sql-error') return error
  const found = await lease.engine.catalog.describeTable(lease.transaction, request)
  return found === undefined ? noSuchTable(lease, request) : error
}
