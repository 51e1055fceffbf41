import type { Handles } from './handle-map.ts'
import { createHandles } from './handle-map.ts'
import type { OpenCursor } from '../statements/open-cursor.ts'
import type { OpenTransaction } from './open-transaction.ts'

/** The transactions and cursors of a session. */
export interface DatabaseSession {
  readonly transactions: Handles<OpenTransaction>
  readonly cursors: Handles<OpenCursor>
}

export function createDatabaseSession(instance: string): DatabaseSession {
  return {
    transactions: createHandles({ kind: 'transaction', instance }),
    cursors: createHandles({ kind: 'cursor', instance }),
  }
}

/** Rolls back and closes all of it. */
export async function releaseSession({ transactions, cursors }: DatabaseSession): Promise<void> {
  await Promise.all([
    ...Array.from(cursors.values(), (cursor) => cursor.close()),
    ...Array.from(transactions.values(), (transaction) => transaction.rollback()),
  ])
}
