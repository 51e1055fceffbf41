import type { database } from '@mcp/contracts/database'
import { isRecord, McpError } from '@mcp/protocol/light'
import type * as z from 'zod'

import { sendCall } from '../console/send-call.ts'

type Operations = (typeof database)['operations']
export type DatabaseOperation = keyof Operations
export type DatabaseParams<Name extends DatabaseOperation> = z.input<Operations[Name]['params']>
export type DatabaseResult<Name extends DatabaseOperation> = z.output<Operations[Name]['result']>

/** Runs an operation of the database server. If the signal is aborted, the server cancels it. */
export async function callDatabase<Name extends DatabaseOperation>(
  operation: Name,
  params: DatabaseParams<Name>,
  signal: AbortSignal = new AbortController().signal,
): Promise<DatabaseResult<Name>> {
  // The database is the target of the request.
  const { database, ...others }: Readonly<Record<string, unknown>> = params
  const payload = { ...(database !== undefined && { database }), operation, params: others }
  const request = { type: 'database-operation', payload }
  const { result } = await sendCall(request, { signal, onProgress: () => undefined })
  if (isResult(operation, result)) return result
  throw new McpError('upstream-error', `Unexpected result of the operation database.${operation}.`)
}

/** A member that each result of an operation has. The server validates its results in full. */
const members: Readonly<Record<DatabaseOperation, string>> = {
  listDatabases: 'items',
  listSchemas: 'items',
  listTables: 'items',
  searchObjects: 'items',
  describeTable: 'columns',
  sampleRows: 'rows',
  query: 'rows',
  fetchPage: 'rows',
  execute: 'affectedRows',
  explain: 'plan',
  validateSql: 'valid',
  begin: 'transactionId',
  commit: 'committed',
  rollback: 'rolledBack',
  transaction: 'results',
}

function isResult<Name extends DatabaseOperation>(
  operation: Name,
  value: unknown,
): value is DatabaseResult<Name> {
  return isRecord(value) && members[operation] in value
}
