import type { DatabaseService } from '../database-service.ts'
import type { DatabaseContext, DatabaseHandlers } from '../handlers.ts'
import { createRowReader, firstBatch } from '../statements/row-reader.ts'
import { durationSince } from '../statements/run-query.ts'
import { catalogTransaction } from './catalog-transaction.ts'
import { toTableError } from './missing-table.ts'

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
}
