import type { Claim, StoredResponse } from '../response-store.ts'
import type { StoreLimits } from '../store-limits.ts'

interface Entry {
  readonly fingerprint: number
  /** Time of the claim, then of the response. */
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
export interface IdempotencyCache {
  claim(claim: Claim): CacheResult
  settle(requestId: string, at: number, response?: StoredResponse): void
  /** Drops outdated responses. Returns whether anything is left. */
  prune(at: number): boolean
}

const claimed: CacheResult = { type: 'claimed' }
const evicted: CacheResult = { type: 'evicted' }

/**
 * Creates an empty cache. `lru-cache` does not fit: entries in flight must never be evicted, and the
 * ids of evicted responses are remembered, so that their requests do not run again.
 */
export function createIdempotencyCache(limits: StoreLimits): IdempotencyCache {
  // In the order of the claims, so that the oldest entry is first.
  const entries = new Map<string, Entry>()
  let responses = 0
  let bytes = 0
  // Ids of evicted responses in two generations: dropping the older half at once costs nothing, and
  // no id needs a timestamp of its own.
  let recentEvicted = new Set<string>()
  let olderEvicted = new Set<string>()
  let rotatedAt = 0

  function remove(requestId: string, response: StoredResponse): void {
    entries.delete(requestId)
    responses--
    bytes -= response.body.length
  }

  function evictOldest(): void {
    for (const [requestId, { response }] of entries) {
      if (responses <= limits.maxResponses && bytes <= limits.maxResponseBytes) return
      if (response === undefined) continue
      remove(requestId, response)
      if (recentEvicted.size >= limits.maxEvictedIds / 2) rotateEvicted(rotatedAt)
      recentEvicted.add(requestId)
    }
  }

  function rotateEvicted(at: number): void {
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

  return {
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
      evictOldest()
    },
    prune,
  }
}
