import type { HandleMap } from './handle-map.ts'
import { createHandleMap } from './handle-map.ts'
import type { OpenCursor } from '../statements/open-cursor.ts'
import type { OpenTransaction } from './open-transaction.ts'

/** The transactions and cursors of a session. */
export interface DatabaseSession {
  readonly transactions: HandleMap<OpenTransaction>
  readonly cursors: HandleMap<OpenCursor>
}

export function createDatabaseSession(instance: string): DatabaseSession {
  return {
    transactions: createHandleMap({ kind: 'transaction', instance }),
    cursors: createHandleMap({ kind: 'cursor', instance }),
  }
}

/** Rolls back all transactions and closes all cursors. */
export async function releaseSession({ transactions, cursors }: DatabaseSession): Promise<void> {
  await Promise.all([
    ...Array.from(cursors.values(), (cursor) => cursor.close()),
    ...Array.from(transactions.values(), (transaction) => transaction.rollback()),
  ])
}
