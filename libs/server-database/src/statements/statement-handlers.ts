import { McpError } from '@mcp/protocol'

import type { DatabaseService } from '../database-service.ts'
import type { DatabaseHandlers } from '../handlers.ts'
import { executeAndCommit, executeInTransaction } from './run-changes.ts'
import { durationSince, fetchPage, queryInOwnTransaction, queryInTransaction } from './run-query.ts'
import { withTimeLimit } from './time-limit.ts'

type Names = 'query' | 'fetchPage' | 'execute' | 'explain' | 'validateSql'

export function statementHandlers(service: DatabaseService): Pick<DatabaseHandlers, Names> {
  const { clock, sessions } = service

  return {
    query({ database, transactionId, ...request }, context) {
      context.markUntrusted()
      if (transactionId === undefined) {
        return queryInOwnTransaction(service, service.find(database), request, context)
      }
      const transaction = sessions.of(context).transactions.get(transactionId)
      return queryInTransaction(service, transaction, request, context)
    },
    fetchPage(request, context) {
      context.markUntrusted()
      return fetchPage(service, request, context)
    },
    async execute({ database, transactionId, ...request }, context) {
      context.markUntrusted()
      const startedAt = performance.now()
      const result =
        transactionId === undefined
          ? await executeAndCommit(service, service.find(database), request, context)
          : await executeInTransaction(
              service,
              sessions.of(context).transactions.get(transactionId),
              request,
              context,
            )
      return { ...result, durationMs: durationSince(startedAt) }
    },
    async explain({ database: name, sql, params, analyze, timeoutMs }, context) {
      const startedAt = performance.now()
      const database = service.find(name)
      const { sqlGuard } = await database.engine(context.progress)
      const { mode } = database
      const statement = await sqlGuard.check(sql, {
        mode,
        access: analyze || mode === 'read-only' ? 'read-only' : 'read-write',
      })
      const plan = await withTimeLimit(
        { clock, timeoutMs, signals: [context.signal] },
        async (signal) => {
          // The transaction is never committed. Some engines require write access even for a plan.
          const access = statement.kind === 'read' ? 'read-only' : 'read-write'
          const { callerKey } = context
          const lease = await database.begin({
            callerKey,
            access,
            timeoutMs,
            idleMs: timeoutMs,
            signal,
          })
          try {
            await statement.verify?.(lease.transaction, signal)
            return await lease.transaction.explain(sql, params, { analyze, signal })
          } finally {
            await lease.rollback()
          }
        },
      )
      return { plan, durationMs: durationSince(startedAt) }
    },
    async validateSql({ database: name, sql, timeoutMs }, context) {
      const database = service.find(name)
      const { sqlGuard } = await database.engine(context.progress)
      const { mode } = database
      try {
        const access = mode === 'read-only' ? 'read-only' : 'read-write'
        const statement = await sqlGuard.check(sql, { mode, access })
        await withTimeLimit({ clock, timeoutMs, signals: [context.signal] }, async (signal) => {
          const lease = await database.begin({
            callerKey: context.callerKey,
            access: statement.kind === 'read' ? 'read-only' : 'read-write',
            timeoutMs,
            idleMs: timeoutMs,
            signal,
          })
          try {
            await statement.verify?.(lease.transaction, signal)
            await lease.transaction.prepare(sql, { signal })
          } finally {
            await lease.rollback()
          }
        })
        return { valid: true, kind: statement.kind }
      } catch (error) {
        if (McpError.is(error) && isAboutStatement(error)) {
          return { valid: false, problem: toProblem(error) }
        }
        throw error
      }
    },
  }
}

const isAboutStatement = ({ code }: McpError) => code === 'invalid-params' || code === 'forbidden'

function toProblem({ message, details }: McpError) {
  const { reason, position } = details ?? {}
  return {
    message,
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof position === 'number' ? { position } : {}),
  }
}
