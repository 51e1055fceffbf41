import { pageItems } from '@mcp/server'

import type { DatabaseService } from '../database-service.ts'
import type { ObjectInfo } from '../engines/engine.ts'
import type { DatabaseHandlers } from '../handlers.ts'
import type { Database } from '../transactions/database.ts'
import { catalogTransaction } from './catalog-transaction.ts'
import { findTable } from './missing-table.ts'
import { sampleRows } from './sample-rows.ts'

type Names =
  | 'listDatabases'
  | 'listSchemas'
  | 'listTables'
  | 'describeTable'
  | 'searchObjects'
  | 'sampleRows'

export function catalogHandlers(service: DatabaseService): Pick<DatabaseHandlers, Names> {
  const inTransaction = catalogTransaction(service)

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
      return inTransaction(service.find(database), context, (lease, signal) =>
        findTable(lease, { table, schema, signal }),
      )
    },
    sampleRows: (params, context) => sampleRows(service, params, context),
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

// The key is JSON, because a name can contain any separator.
const keyOf = (names: readonly (string | undefined)[]) => JSON.stringify(names)

const objectKey = ({ kind, schema, table, name }: ObjectInfo) => keyOf([kind, schema, table, name])
