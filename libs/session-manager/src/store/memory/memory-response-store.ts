import type { ResponseStore } from '../response-store.ts'
import type { Holder } from './idempotency-cache.ts'
import { createIdempotencyCache } from './idempotency-cache.ts'
import type { MemoryState } from './session-records.ts'
import type { SharedBudget } from './shared-budget.ts'

export interface MemoryResponseStoreOptions extends MemoryState {
  readonly budget: SharedBudget
  /** The session manager that uses this store. */
  readonly holder: Holder
}

export function createMemoryResponseStore(options: MemoryResponseStoreOptions): ResponseStore {
  const { index, prunable, limits, signals, budget, holder } = options
  return {
    claim(sessionId, claim) {
      const record = index.get(sessionId)
      if (record === undefined) return { type: 'no-session', ended: index.getEnded(sessionId) }
      const { session } = record
      if (session.owner !== claim.owner) return { type: 'no-session', ended: undefined }
      record.responses ??= createIdempotencyCache(limits, budget)
      prunable.add(record, claim.at)
      return { ...record.responses.claim(claim, holder), session }
    },
    settle(sessionId, claimed, at, response) {
      const isAwaited = index.get(sessionId)?.responses?.settle(claimed, at, response)
      if (isAwaited !== true) return
      void signals.publish({ type: 'settled', sessionId, requestId: claimed.requestId })
    },
  }
}
