import type { DatabaseService } from '../database-service.ts'
import type { DatabaseContext, DatabaseHandlers } from '../handlers.ts'
import type { Lease } from '../transactions/database.ts'
import { createRowReader, firstBatch } from '../statements/row-reader.ts'
import { durationSince } from '../statements/run-query.ts'
import { catalogTransaction } from './catalog-transaction.ts'
import type { TableRequest } from './missing-table.ts'
import { findTable, toTableError } from './missing-table.ts'

/** Returns the parts of a table's name, with its schema if there is one. */
async function nameParts(lease: Lease, request: TableRequest): Promise<readonly string[]> {
  const { table, schema } = request
  if (schema !== undefined) return [schema, table]
  if (!table.includes('.')) return [table]
  const found = await findTable(lease, request)
  return [found.schema, found.name]
}

/** Returns the first rows of a table. The guard refuses system tables that reveal secrets. */
export async function sampleRows(
  service: DatabaseService,
  {
    database,
    table,
    schema,
    timeoutMs,
    rowFormat,
    ...limits
  }: Parameters<DatabaseHandlers['sampleRows']>[0],
  context: DatabaseContext,
) {
  context.markUntrusted()
  const startedAt = performance.now()
  const { columns, rows, truncated } = await catalogTransaction(service)(
    service.find(database),
    context,
    async (lease, signal) => {
      const { engine, transaction } = lease
      const parts = await nameParts(lease, { table, schema, signal })
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
    columns,
    rows,
    rowCount: rows.length,
    truncated,
    durationMs: durationSince(startedAt),
  }
}
