import type { Claim, StoredResponse } from '../response-store.ts'
import { entryOverheadBytes } from '../store-limits.ts'
import type { StoreLimits } from '../store-limits.ts'
import type { Evictable, SharedBudget } from './shared-budget.ts'

interface Entry {
  readonly fingerprint: number
  /** Time of the claim or, once there is a response, of the response. */
  at: number
  /** `undefined` while the request is in flight. */
  response: StoredResponse | undefined
}

/** The result of a claim, without the session. */
export type CacheResult =
  | { readonly type: 'claimed' }
  | { readonly type: 'in-flight'; readonly fingerprint: number }
  | { readonly type: 'settled'; readonly fingerprint: number; readonly response: StoredResponse }
  | { readonly type: 'evicted' }

/** The recorded responses of one session by request id, bounded by number, size and age. */
export interface IdempotencyCache extends Evictable {
  claim(claim: Claim): CacheResult
  settle(requestId: string, at: number, response?: StoredResponse): void
  /** Drops outdated responses and ids. Returns whether the cache still contains anything. */
  prune(at: number): boolean
  /** Removes the cache from the budget. */
  close(): void
}

const claimed: CacheResult = { type: 'claimed' }
const evicted: CacheResult = { type: 'evicted' }

/**
 * Creates an empty cache. `lru-cache` is not used, because entries in flight must never be evicted. Also,
 * the ids of evicted responses must be remembered, so that their requests do not run again.
 */
export function createIdempotencyCache(
  limits: StoreLimits,
  budget: SharedBudget,
): IdempotencyCache {
  // In the order of the claims, so that the oldest entry is first.
  const entries = new Map<string, Entry>()
  let responses = 0
  let bytes = 0
  // The ids of evicted responses, in two generations. The older generation is dropped as a whole, so that
  // no id needs a timestamp.
  let recentEvicted = new Set<string>()
  let olderEvicted = new Set<string>()
  let rotatedAt = 0

  function remove(requestId: string, { body }: StoredResponse): void {
    entries.delete(requestId)
    responses--
    bytes -= body.length
    budget.release(body.length + entryOverheadBytes)
  }

  function evict(requestId: string, response: StoredResponse): void {
    remove(requestId, response)
    // The id of the response stays in memory, so its overhead still counts.
    budget.release(-entryOverheadBytes)
    if (recentEvicted.size >= limits.maxEvictedIds / 2) rotateEvicted(rotatedAt)
    recentEvicted.add(requestId)
  }

  function evictBeyondLimits(): void {
    for (const [requestId, { response }] of entries) {
      if (responses <= limits.maxResponses && bytes <= limits.maxResponseBytes) return
      if (response !== undefined) evict(requestId, response)
    }
  }

  function rotateEvicted(at: number): void {
    budget.release(olderEvicted.size * entryOverheadBytes)
    olderEvicted = recentEvicted
    recentEvicted = new Set()
    rotatedAt = at
  }

  function prune(at: number): boolean {
    for (const [requestId, entry] of entries) {
      if (entry.at > at - limits.responseTtlMs) break
      if (entry.response !== undefined) remove(requestId, entry.response)
    }
    const hasEvicted = recentEvicted.size + olderEvicted.size > 0
    if (hasEvicted && rotatedAt <= at - limits.responseTtlMs) rotateEvicted(at)
    return entries.size + recentEvicted.size + olderEvicted.size > 0
  }

  const cache: IdempotencyCache = {
    movedAt: 0,
    claim({ requestId, fingerprint, at }) {
      prune(at)
      const entry = entries.get(requestId)
      if (entry?.response !== undefined) {
        return { type: 'settled', fingerprint: entry.fingerprint, response: entry.response }
      }
      if (entry !== undefined) return { type: 'in-flight', fingerprint: entry.fingerprint }
      if (recentEvicted.has(requestId) || olderEvicted.has(requestId)) return evicted
      entries.set(requestId, { fingerprint, at, response: undefined })
      return claimed
    },
    settle(requestId, at, response) {
      const entry = entries.get(requestId)
      if (entry === undefined || entry.response !== undefined) return
      if (response === undefined) {
        entries.delete(requestId)
        return
      }
      entry.at = at
      entry.response = response
      responses++
      bytes += response.body.length
      if (rotatedAt === 0) rotatedAt = at
      budget.use(cache, response.body.length + entryOverheadBytes, at)
      evictBeyondLimits()
    },
    prune,
    evictOldest() {
      for (const [requestId, { response }] of entries) {
        if (response === undefined) continue
        evict(requestId, response)
        return true
      }
      if (recentEvicted.size + olderEvicted.size === 0) return false
      rotateEvicted(rotatedAt)
      return true
    },
    close() {
      const evictedIds = recentEvicted.size + olderEvicted.size
      budget.release(bytes + (responses + evictedIds) * entryOverheadBytes)
      budget.remove(cache)
    },
  }
  return cache
}
