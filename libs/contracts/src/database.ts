import * as z from 'zod'

import { builtinServers } from './builtin-servers.ts'
import { defineContract } from '@mcp/protocol'
import { catalogueOperations } from './database/catalogue.ts'
import { statementOperations } from './database/statements.ts'
import { transactionOperations } from './database/transactions.ts'

export { objectFacts, schemaFacts, tableDescription, tableFacts } from './database/facts.ts'

const { name, type, target } = builtinServers.database

/** The contract of the database server. */
export const database = defineContract({
  name,
  type,
  target,
  version: '1.0.0',
  operations: { ...statementOperations, ...transactionOperations, ...catalogueOperations },
  notifications: {
    'database-schema-changed': z.object({ database: z.string() }),
    'database-transaction-expired': z.object({ database: z.string(), transactionId: z.string() }),
  },
})
