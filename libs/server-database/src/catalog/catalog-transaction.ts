import type { DatabaseService } from '../database-service.ts'
import type { DatabaseContext } from '../handlers.ts'
import { withTimeLimit } from '../statements/time-limit.ts'
import type { Database, Lease } from '../transactions/database.ts'

/** Timeout of a catalog query, in milliseconds. */
const catalogTimeoutMs = 30_000

/** Returns a function that runs `work` in a read-only transaction of a database. */
export function catalogTransaction({ clock }: Pick<DatabaseService, 'clock'>) {
  return async function inTransaction<Result>(
    database: Database,
    { signal: caller, callerKey, progress }: DatabaseContext,
    work: (lease: Lease, signal: AbortSignal) => Promise<Result>,
    timeoutMs = catalogTimeoutMs,
  ): Promise<Result> {
    await database.engine(progress)
    return withTimeLimit({ clock, timeoutMs, signals: [caller] }, async (signal) => {
      const lease = await database.begin({
        callerKey,
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
}
