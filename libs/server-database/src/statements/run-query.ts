import type { Database, Lease } from '../transactions/database.ts'
import type { DatabaseService } from '../database-service.ts'
import type { DatabaseContext } from '../handlers.ts'
import type { SqlParam } from '../engines/sql-value.ts'
import type { OpenCursor, OpenCursorOptions } from './open-cursor.ts'
import { createOpenCursor, cursorClosed } from './open-cursor.ts'
import type { OpenTransaction } from '../transactions/open-transaction.ts'
import type {
  FormattedRow,
  PageLimits,
  ResultColumn,
  RowFormat,
  RowPage,
  RowReader,
} from './row-reader.ts'
import { createRowReader, firstBatch } from './row-reader.ts'
import type { CheckedStatement } from '../guard/sql-guard.ts'
import { withTimeLimit } from './time-limit.ts'

export interface StatementRequest {
  readonly sql: string
  readonly params: readonly SqlParam[]
}

export interface QueryRequest extends StatementRequest, PageLimits {
  readonly timeoutMs: number
  readonly rowFormat: RowFormat
}

/** The result of `query` and `fetchPage`. */
export interface PageResult {
  columns: ResultColumn[]
  rows: FormattedRow[]
  rowCount: number
  truncated: boolean
  nextCursor?: string
  durationMs: number
}

/** Runs a query in a new transaction, which remains open while there are more rows to fetch. */
export async function queryInOwnTransaction(
  service: DatabaseService,
  database: Database,
  request: QueryRequest,
  context: DatabaseContext,
): Promise<PageResult> {
  const startedAt = performance.now()
  const statement = await checkQuery(database, request, context)
  const { clock, limits } = service
  const { timeoutMs } = request

  return withTimeLimit({ clock, timeoutMs, signals: [context.signal] }, async (signal) => {
    const idleMs = limits.cursorIdleMs * 2
    const { callerKey } = context
    const lease = await database.begin({
      callerKey,
      access: 'read-only',
      timeoutMs,
      idleMs,
      signal,
    })
    let registered: RegisteredCursor | undefined
    try {
      const { reader, page } = await readFirstPage(lease, statement, request, signal)
      registered = registerCursor(service, context, page, (onClosed) => ({
        reader,
        onClosed,
        release: () => lease.rollback(),
        async use(work) {
          lease.allowReclaim(undefined)
          return work(neverEnded)
        },
        onIdle: (close) => lease.allowReclaim(close),
      }))
      return toPageResult(reader, page, { nextCursor: registered?.nextCursor, startedAt })
    } finally {
      if (registered === undefined) await lease.rollback()
    }
  })
}

/** Runs a query in a transaction of the session. */
export async function queryInTransaction(
  service: DatabaseService,
  transaction: OpenTransaction,
  request: QueryRequest,
  context: DatabaseContext,
): Promise<PageResult> {
  const startedAt = performance.now()
  const statement = await checkQuery(transaction.database, request, context)
  const { clock } = service
  const { timeoutMs } = request

  return transaction.use((lease, ended) =>
    withTimeLimit({ clock, timeoutMs, signals: [context.signal, ended] }, async (signal) => {
      transaction.setCursor(undefined)
      const { reader, page } = await readFirstPage(lease, statement, request, signal)
      const registered = registerCursor(service, context, page, (onClosed) => ({
        reader,
        onClosed,
        // The engine closes the cursor at the next statement or at the end of the transaction.
        release: async () => {},
        use: (work) => transaction.use((_lease, ended) => work(ended)),
      }))
      transaction.setCursor(registered?.cursor)
      return toPageResult(reader, page, { nextCursor: registered?.nextCursor, startedAt })
    }),
  )
}

/** Returns the page of a cursor of the session. */
export async function fetchPage(
  service: DatabaseService,
  request: PageLimits & { readonly cursor: string; readonly timeoutMs: number },
  context: DatabaseContext,
): Promise<PageResult> {
  const startedAt = performance.now()
  const [id = '', number = ''] = request.cursor.split('.')
  const cursor = service.sessions.of(context).cursors.get(id)
  const { clock } = service
  const { timeoutMs } = request
  const page = await withTimeLimit({ clock, timeoutMs, signals: [context.signal] }, (signal) =>
    cursor.fetch(Number(number), request, signal),
  )
  const nextCursor = page.truncated ? `${id}.${Number(number) + 1}` : undefined
  return toPageResult(cursor, page, { nextCursor, startedAt })
}

// This signal never aborts, because only the cursor ends the transaction of `queryInOwnTransaction`.
const neverEnded = new AbortController().signal

async function checkQuery(
  database: Database,
  { sql }: QueryRequest,
  { progress }: DatabaseContext,
): Promise<CheckedStatement> {
  const { sqlGuard } = await database.engine(progress)
  return sqlGuard.check(sql, { mode: database.mode, access: 'read-only' })
}

/** Runs a checked statement and reads only the first batch of its rows. */
export async function startStatement(
  { transaction }: Lease,
  statement: CheckedStatement,
  request: StatementRequest & PageLimits & { readonly rowFormat: RowFormat },
  signal: AbortSignal,
): Promise<RowReader> {
  await statement.verify?.(transaction, signal)
  const { sql, params, rowFormat } = request
  const start = await transaction.run(sql, params, { maxRows: firstBatch(request), signal })
  return createRowReader(start, rowFormat)
}

async function readFirstPage(...call: Parameters<typeof startStatement>) {
  const [, , limits, signal] = call
  const reader = await startStatement(...call)
  return { reader, page: await reader.readPage(limits, signal) }
}

interface RegisteredCursor {
  readonly cursor: OpenCursor
  readonly nextCursor: string
}

/** Registers a cursor for the unread rows, if there are any and the request has a session. */
function registerCursor(
  service: DatabaseService,
  context: DatabaseContext,
  page: RowPage,
  createOptions: (onClosed: () => void) => Omit<OpenCursorOptions, 'clock' | 'idleMs'>,
): RegisteredCursor | undefined {
  if (!page.truncated || context.sessionId === undefined) return undefined
  const { clock, limits, sessions } = service
  const { cursors } = sessions.of(context)
  const [oldest] = cursors.values()
  if (oldest !== undefined && cursors.size >= limits.cursorsPerSession) void oldest.close()

  const options = createOptions(() => cursors.remove(id, cursorClosed()))
  const cursor = createOpenCursor({ ...options, clock, idleMs: limits.cursorIdleMs })
  const id = cursors.add(cursor)
  return { cursor, nextCursor: `${id}.1` }
}

function toPageResult(
  { columns }: { readonly columns: RowReader['columns'] },
  { rows, truncated }: RowPage,
  { nextCursor, startedAt }: { nextCursor: string | undefined; startedAt: number },
): PageResult {
  return {
    columns,
    rows,
    rowCount: rows.length,
    truncated,
    ...(nextCursor === undefined ? {} : { nextCursor }),
    durationMs: durationSince(startedAt),
  }
}

/** Returns the duration in milliseconds, rounded to microseconds. */
export function durationSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 1000) / 1000
}
