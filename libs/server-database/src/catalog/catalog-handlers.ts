import { McpError } from '@mcp/protocol'
import { notFound, pageItems } from '@mcp/server'

import type { Database, Lease } from '../transactions/database.ts'
import type { DatabaseService } from '../database-service.ts'
import type { DatabaseContext, DatabaseHandlers } from '../handlers.ts'
import type { ObjectInfo } from '../engines/engine.ts'
import { createRowReader, firstBatch } from '../statements/row-reader.ts'
import { durationSince } from '../statements/run-query.ts'
import { withTimeLimit } from '../statements/time-limit.ts'

type Names =
  | 'listDatabases'
  | 'listSchemas'
  | 'listTables'
  | 'describeTable'
  | 'searchObjects'
  | 'sampleRows'

/** Timeout of a catalog query, in milliseconds. */
const catalogTimeoutMs = 30_000

export function catalogHandlers(service: DatabaseService): Pick<DatabaseHandlers, Names> {
  const { clock } = service

  /** Runs `work` in a read-only transaction of the database. */
  async function inTransaction<Result>(
    database: Database,
    { signal: caller, progress }: DatabaseContext,
    work: (lease: Lease, signal: AbortSignal) => Promise<Result>,
    timeoutMs = catalogTimeoutMs,
  ): Promise<Result> {
    await database.engine(progress)
    return withTimeLimit({ clock, timeoutMs, signals: [caller] }, async (signal) => {
      const lease = await database.begin({
        access: 'read-only',
        timeoutMs,
        idleMs: timeoutMs,
        signal,
      })
      try {
        return await work(lease, signal)
      } finally {
        await lease.rollback()
      }
    })
  }

  return {
    listDatabases({ query, ...page }) {
      const found = service.databases.filter(({ name, config }) =>
        matches(query, name, config.description),
      )
      return pageItems(found.map(describeDatabase), page, ({ name }) => name)
    },
    async listSchemas({ database, query, ...page }, context) {
      context.markUntrusted()
      const schemas = await inTransaction(
        service.find(database),
        context,
        ({ engine, transaction }, signal) => engine.catalog.schemas(transaction, { signal }),
      )
      const found = schemas.filter(({ name }) => matches(query, name))
      return pageItems(found, page, ({ name }) => name)
    },
    async listTables({ database, schema, query, ...page }, context) {
      context.markUntrusted()
      const tables = await inTransaction(
        service.find(database),
        context,
        ({ engine, transaction }, signal) => engine.catalog.tables(transaction, { schema, signal }),
      )
      const found = tables.filter(({ name, comment }) => matches(query, name, comment))
      return pageItems(found, page, (table) => keyOf([table.schema, table.name]))
    },
    async searchObjects({ database, query, ...page }, context) {
      context.markUntrusted()
      const objects = await inTransaction(
        service.find(database),
        context,
        ({ engine, transaction }, signal) =>
          engine.catalog.searchObjects(transaction, { text: query, signal }),
      )
      // Routines that share a name but differ in parameters are listed once.
      const found = new Map(objects.map((object) => [objectKey(object), object]))
      return pageItems([...found.values()], page, objectKey)
    },
    describeTable({ database, table, schema }, context) {
      context.markUntrusted()
      return inTransaction(service.find(database), context, async (lease, signal) => {
        const { engine, transaction } = lease
        const found = await engine.catalog.describeTable(transaction, { table, schema, signal })
        if (found === undefined) throw await noSuchTable(lease, { table, schema, signal })
        return found
      })
    },
    async sampleRows({ database, table, schema, timeoutMs, rowFormat, ...limits }, context) {
      context.markUntrusted()
      const startedAt = performance.now()
      const { columns, rows, truncated } = await inTransaction(
        service.find(database),
        context,
        async (lease, signal) => {
          const { engine, transaction } = lease
          const parts = schema === undefined ? [table] : [schema, table]
          const sql = `SELECT * FROM ${parts.map((part) => engine.catalog.quote(part)).join('.')}`
          const { mode } = service.find(database)
          const statement = await engine.sqlGuard.check(sql, { mode, access: 'read-only' })
          await statement.verify?.(transaction, signal)
          try {
            const start = await transaction.run(sql, [], { maxRows: firstBatch(limits), signal })
            const reader = createRowReader(start, rowFormat)
            return { columns: reader.columns, ...(await reader.readPage(limits, signal)) }
          } catch (error) {
            throw await toTableError(error, lease, { table, schema, signal })
          }
        },
        timeoutMs,
      )
      return {
        columns: columns.map(({ name, type }) => ({ name, type })),
        rows,
        rowCount: rows.length,
        truncated,
        durationMs: durationSince(startedAt),
      }
    },
  }
}

function describeDatabase({ config, dialect, mode }: Database) {
  const { name, engine, description } = config
  const info = { name, engine, dialect, mode }
  return description === undefined ? info : { ...info, description }
}

function matches(query: string | undefined, ...texts: readonly (string | undefined)[]): boolean {
  if (query === undefined) return true
  const lowered = query.toLowerCase()
  return texts.some((text) => text?.toLowerCase().includes(lowered) === true)
}

// JSON, since a name may contain any separator.
const keyOf = (names: readonly (string | undefined)[]) => JSON.stringify(names)

const objectKey = ({ kind, schema, table, name }: ObjectInfo) => keyOf([kind, schema, table, name])

interface TableRequest {
  readonly table: string
  readonly schema: string | undefined
  readonly signal: AbortSignal
}

async function noSuchTable(
  { engine, transaction }: Lease,
  { table, schema, signal }: TableRequest,
): Promise<McpError> {
  const tables = await engine.catalog.tables(transaction, { schema, signal })
  return notFound('table', table, new Set(tables.map(({ name }) => name)))
}

/** Returns `not-found` if the error is due to a missing table, otherwise the error itself. */
async function toTableError(error: unknown, lease: Lease, request: TableRequest): Promise<unknown> {
  if (!McpError.is(error) || error.details?.['reason'] !== 'sql-error') return error
  const found = await lease.engine.catalog.describeTable(lease.transaction, request)
  return found === undefined ? noSuchTable(lease, request) : error
}
