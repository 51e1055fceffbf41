import type { ResponseStore } from '../response-store.ts'
import type { StoreLimits } from '../store-limits.ts'
import { createIdempotencyCache } from './idempotency-cache.ts'
import type { SessionRecords } from './session-records.ts'

export function createMemoryResponseStore(
  records: SessionRecords,
  limits: StoreLimits,
): ResponseStore {
  return {
    claim(sessionId, claim) {
      const record = records.get(sessionId)
      if (record === undefined) return { type: 'no-session', ended: records.getEnded(sessionId) }
      record.responses ??= createIdempotencyCache(limits)
      records.schedulePruning(record, claim.at)
      return { ...record.responses.claim(claim), session: record.session }
    },
    settle(sessionId, requestId, at, response) {
      records.get(sessionId)?.responses?.settle(requestId, at, response)
    },
  }
}
