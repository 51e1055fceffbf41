import { McpError } from '@mcp/protocol'

import type { Database, Lease } from '../transactions/database.ts'
import type { DatabaseService } from '../database-service.ts'
import type { DatabaseContext } from '../handlers.ts'
import type { Isolation } from '../engines/engine-transaction.ts'
import type { OpenTransaction } from '../transactions/open-transaction.ts'
import type { FormattedRow, PageLimits, ResultColumn, RowFormat } from './row-reader.ts'
import type { QueryRequest, StatementRequest } from './run-query.ts'
import { startStatement } from './run-query.ts'
import type { CheckedStatement } from '../guard/sql-guard.ts'
import { withTimeLimit } from './time-limit.ts'

/** The result of a statement that may change data. */
export interface ChangeResult {
  affectedRows: number
  columns?: ResultColumn[]
  rows?: FormattedRow[]
  truncated?: boolean
}

/** Runs one statement and commits it. */
export async function executeAndCommit(
  service: DatabaseService,
  database: Database,
  request: QueryRequest,
  context: DatabaseContext,
): Promise<ChangeResult> {
  const statement = await checkChange(database, request, context)
  const { clock } = service
  const { timeoutMs } = request
  const result = await withTimeLimit({ clock, timeoutMs, signals: [context.signal] }, (signal) =>
    inTransaction(database, { callerKey: context.callerKey, timeoutMs, signal }, (lease) =>
      change(lease, statement, request, signal),
    ),
  )
  if (statement.kind === 'schema') service.schemaChanged(database)
  return result
}

/** Runs one statement in a transaction of the session. */
export async function executeInTransaction(
  service: DatabaseService,
  transaction: OpenTransaction,
  request: QueryRequest,
  context: DatabaseContext,
): Promise<ChangeResult> {
  const { database, access } = transaction
  if (access === 'read-only') {
    throw new McpError(
      'forbidden',
      'The transaction is read-only. Begin a read-write transaction.',
      {
        details: { reason: 'read-only' },
      },
    )
  }
  const statement = await checkChange(database, request, context)
  refuseImplicitCommit(statement)
  const { clock } = service
  const { timeoutMs } = request
  return transaction.use((lease, ended) =>
    withTimeLimit({ clock, timeoutMs, signals: [context.signal, ended] }, async (signal) => {
      transaction.setCursor(undefined)
      const result = await change(lease, statement, request, signal)
      if (statement.kind === 'schema') transaction.changesSchema = true
      return result
    }),
  )
}

export interface TransactionRequest extends PageLimits {
  readonly statements: readonly StatementRequest[]
  readonly isolation?: Isolation | undefined
  readonly timeoutMs: number
  readonly rowFormat: RowFormat
}

/** Runs statements in one transaction. If one of them fails, all are rolled back. */
export async function executeAll(
  service: DatabaseService,
  database: Database,
  request: TransactionRequest,
  context: DatabaseContext,
): Promise<ChangeResult[]> {
  const { statements, isolation, timeoutMs, ...limits } = request
  const checked: { statement: CheckedStatement; request: StatementRequest }[] = []
  for (const [index, each] of statements.entries()) {
    const statement = await withStatementNumber(index, async () => {
      const result = await checkChange(database, each, context)
      refuseImplicitCommit(result)
      return result
    })
    checked.push({ statement, request: each })
  }

  const { clock } = service
  const results = await withTimeLimit({ clock, timeoutMs, signals: [context.signal] }, (signal) =>
    inTransaction(
      database,
      { callerKey: context.callerKey, isolation, timeoutMs, signal },
      async (lease) => {
        const changes: ChangeResult[] = []
        // `maxBytes` limits the rows of all statements together.
        let { maxBytes } = limits
        for (const [index, { statement, request: each }] of checked.entries()) {
          const result = await withStatementNumber(index, () =>
            change(lease, statement, { ...each, ...limits, maxBytes }, signal),
          )
          maxBytes -= Buffer.byteLength(JSON.stringify(result.rows ?? []))
          changes.push(result)
        }
        return changes
      },
    ),
  )
  if (checked.some(({ statement }) => statement.kind === 'schema')) service.schemaChanged(database)
  return results
}

async function inTransaction<Result>(
  database: Database,
  options: {
    readonly callerKey: string
    readonly isolation?: Isolation | undefined
    readonly timeoutMs: number
    readonly signal: AbortSignal
  },
  work: (lease: Lease) => Promise<Result>,
): Promise<Result> {
  const { timeoutMs, signal } = options
  const lease = await database.begin({ ...options, access: 'read-write', idleMs: timeoutMs })
  let result: Result
  try {
    result = await work(lease)
  } catch (error) {
    await lease.rollback()
    throw error
  }
  await lease.commit(signal)
  return result
}

async function change(...call: Parameters<typeof startStatement>): Promise<ChangeResult> {
  const [, { kind }, limits, signal] = call
  const reader = await startStatement(...call)
  const { columns } = reader
  const { rows, truncated } = await reader.readPage(limits, signal)
  const changed = (await reader.drain(signal)) ?? 0
  // MySQL also counts the rows that ALTER TABLE copies.
  const affectedRows = kind === 'schema' ? 0 : changed
  if (columns.length === 0) return { affectedRows }
  return { affectedRows, columns, rows, ...(truncated ? { truncated } : {}) }
}

async function checkChange(
  database: Database,
  { sql }: StatementRequest,
  { progress }: DatabaseContext,
): Promise<CheckedStatement> {
  requireWritable(database)
  const { sqlGuard } = await database.engine(progress)
  return sqlGuard.check(sql, { mode: database.mode, access: 'read-write' })
}

/**
 * @throws McpError `forbidden`, reason `read-only`, if the mode of the database is `read-only`.
 */
export function requireWritable({ name, mode }: Database): void {
  if (mode !== 'read-only') return
  throw new McpError(
    'forbidden',
    `The database "${name}" is read-only. Use query. The operator of the server can set the mode of the database to data.`,
    { details: { reason: 'read-only' } },
  )
}

function refuseImplicitCommit({ commitsImplicitly }: CheckedStatement): void {
  if (!commitsImplicitly) return
  throw new McpError(
    'forbidden',
    'The database commits this statement implicitly, so that it could not be rolled back. Run it with execute, outside a transaction.',
    { details: { reason: 'statement-not-allowed' } },
  )
}

/** Adds the number of the failed statement to the error. */
async function withStatementNumber<Result>(
  index: number,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    if (!McpError.is(error)) throw error
    const { code, message, retryable, details } = error
    throw new McpError(code, `Statement ${index + 1}: ${message}`, {
      retryable,
      details: { ...details, statement: index },
      cause: error,
    })
  }
}
