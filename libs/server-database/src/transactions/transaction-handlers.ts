import { McpError } from '@mcp/protocol'

import type { DatabaseService } from '../database-service.ts'
import type { DatabaseHandlers } from '../handlers.ts'
import { createOpenTransaction, transactionOver } from './open-transaction.ts'
import { executeAll, requireWritable } from '../statements/run-changes.ts'
import { durationSince } from '../statements/run-query.ts'
import { withTimeLimit } from '../statements/time-limit.ts'

type Names = 'begin' | 'commit' | 'rollback' | 'transaction'

/** Timeout of a commit, in milliseconds. */
const commitTimeoutMs = 30_000

/** Minimum age at which a transaction is rolled back because another caller needs it, in milliseconds. */
const reservedMs = 30_000

/** Time reserved for sending the response before the caller's deadline, in milliseconds. */
const responseReserveMs = 250

export function transactionHandlers(service: DatabaseService): Pick<DatabaseHandlers, Names> {
  const { clock, sessions, limits } = service

  return {
    async begin({ database: name, access, isolation, timeoutMs }, context) {
      const database = service.find(name)
      if (access === 'read-write') requireWritable(database)
      const { transactions } = sessions.of(context)
      const { sessionId = '', signal } = context
      const { maxTransactions } = await database.engine(context.progress)
      // A session can have half of the transactions of a database, so that other callers find a free one.
      const maxHere = Math.ceil(maxTransactions / 2)
      const checkCount = (): void => {
        // An expired transaction does not count. It is being rolled back, and `begin` waits for its permit.
        const open = [...transactions.values()].filter(({ expiresAt }) => expiresAt > clock.now())
        const here = open.filter((each) => each.database === database)
        if (open.length >= limits.transactionsPerSession || here.length >= maxHere)
          throw tooManyTransactions(open.length)
      }
      checkCount()
      const lease = await database.begin({
        callerKey: context.callerKey,
        access,
        isolation,
        timeoutMs,
        idleMs: timeoutMs,
        signal,
      })
      // While `begin` waited, the session may have closed or begun other transactions.
      try {
        signal.throwIfAborted()
        checkCount()
      } catch (error) {
        await lease.rollback()
        throw error
      }
      const transaction = createOpenTransaction({
        database,
        lease,
        access,
        timeoutMs,
        clock,
        onEnd(how) {
          transactions.remove(id, transactionOver(how))
          if (how === 'committed' && transaction.changesSchema) service.schemaChanged(database)
          if (how === 'expired') service.transactionExpired(database, id, sessionId)
        },
      })
      const id = transactions.add(transaction)
      lease.allowReclaim(() => void transaction.expire(), reservedMs)
      return { transactionId: id, expiresAt: new Date(transaction.expiresAt).toISOString() }
    },
    async commit({ transactionId }, context) {
      const transaction = sessions.of(context).transactions.get(transactionId)
      // The commit ends before the deadline of the request, so that its error `outcome-unknown` can be sent.
      const remainingMs = context.deadline - clock.now() - responseReserveMs
      const timeoutMs = Math.max(0, Math.min(commitTimeoutMs, remainingMs))
      await withTimeLimit({ clock, timeoutMs, signals: [context.signal] }, (signal) =>
        transaction.commit(signal),
      )
      return { committed: true }
    },
    async rollback({ transactionId }, context) {
      await sessions.of(context).transactions.get(transactionId).rollback()
      return { rolledBack: true }
    },
    async transaction({ database, ...request }, context) {
      context.markUntrusted()
      const startedAt = performance.now()
      const results = await executeAll(service, service.find(database), request, context)
      return { results, durationMs: durationSince(startedAt) }
    },
  }
}

function tooManyTransactions(open: number): McpError {
  return new McpError(
    'rate-limited',
    `This session cannot open another transaction: ${open} are open. Commit or roll back one of them first.`,
    { details: { reason: 'too-many-transactions' } },
  )
}
