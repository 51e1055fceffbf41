import * as z from 'zod'

import { builtinServers } from './builtin-servers.ts'
import { defineContract } from '@mcp/protocol'
import { catalogOperations } from './database/catalog.ts'
import { statementOperations } from './database/statements.ts'
import { transactionOperations } from './database/transactions.ts'

export { objectInfo, schemaInfo, tableDescription, tableInfo } from './database/catalog-info.ts'

const { name, type, target } = builtinServers.database

/** The contract of the database server. */
export const database = defineContract({
  name,
  type,
  target,
  version: '1.0.0',
  operations: { ...statementOperations, ...transactionOperations, ...catalogOperations },
  notifications: {
    'database-schema-changed': z.object({ database: z.string() }),
    'database-transaction-expired': z.object({ database: z.string(), transactionId: z.string() }),
  },
})
