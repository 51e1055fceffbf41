import type { ResponseStore } from '../response-store.ts'
import { createIdempotencyCache } from './idempotency-cache.ts'
import type { MemoryState } from './session-records.ts'
import { createSharedBudget } from './shared-budget.ts'

export function createMemoryResponseStore({ index, prunable, limits }: MemoryState): ResponseStore {
  const budget = createSharedBudget(limits.maxTotalResponseBytes)
  return {
    claim(sessionId, claim) {
      const record = index.get(sessionId)
      if (record === undefined) return { type: 'no-session', ended: index.getEnded(sessionId) }
      record.responses ??= createIdempotencyCache(limits, budget)
      prunable.add(record, claim.at)
      return { ...record.responses.claim(claim), session: record.session }
    },
    settle(sessionId, requestId, at, response) {
      index.get(sessionId)?.responses?.settle(requestId, at, response)
    },
  }
}
