import { inSpan, isTracing } from '@mcp/telemetry'

import type { EngineTransaction } from '../engines/engine-transaction.ts'

/**
 * Returns a transaction whose statements are spans. A span has the first word of its statement, but not the
 * statement, because its literals may be secret.
 */
export function traceTransaction(
  transaction: EngineTransaction,
  database: { readonly name: string; readonly dialect: string },
): EngineTransaction {
  if (!isTracing()) return transaction
  return {
    ...transaction,
    async run(sql, params, options) {
      const [operation = 'STATEMENT'] = /[a-z]{2,20}/i.exec(sql) ?? []
      const attributes = {
        'db.system.name': database.dialect,
        'db.namespace': database.name,
        'db.operation.name': operation.toUpperCase(),
      }
      const name = `${operation.toUpperCase()} ${database.name}`
      return inSpan(name, { kind: 'client', attributes }, async () =>
        transaction.run(sql, params, options),
      )
    },
  }
}
