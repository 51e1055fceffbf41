import type { Claim, ClaimedRequest, StoredResponse } from '../response-store.ts'
import { entryOverheadBytes } from '../store-limits.ts'
import type { StoreLimits } from '../store-limits.ts'
import { utf8Length } from '../utf8-length.ts'
import type { Evictable, SharedBudget } from './shared-budget.ts'
import { notInBudget } from './shared-budget.ts'

/** A session manager that claims ids. Its claims are lost if it ends without settling them. */
export interface Holder {
  isAlive: boolean
}

interface Entry {
  readonly fingerprint: number
  readonly holder: Holder
  readonly ticket: string
  /** Whether another session manager waits for the response. */
  isAwaited: boolean
  /** Time of the claim or, once there is a response, of the response. */
  at: number
  /** `undefined` while the request is in flight. */
  response: StoredResponse | undefined
  /** Size of the body of the response. */
  bytes: number
}

/** The result of a claim, without the session. */
export type CacheResult =
  | { readonly type: 'claimed'; readonly ticket: string }
  | { readonly type: 'in-flight' | 'lost'; readonly fingerprint: number }
  | { readonly type: 'settled'; readonly fingerprint: number; readonly response: StoredResponse }
  | { readonly type: 'evicted' }

/** The recorded responses of one session by request id, bounded by number, size and age. */
export interface IdempotencyCache extends Evictable {
  claim(claim: Claim, holder: Holder): CacheResult
  /** Returns whether another session manager waits for the response. */
  settle(claimed: ClaimedRequest, at: number, response?: StoredResponse): boolean
  /** Drops outdated responses and ids. Returns whether the cache still contains anything. */
  prune(at: number): boolean
  /** Removes the cache from the budget. */
  close(): void
}

let lastTicket = 0
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

  function remove(requestId: string, entry: Entry): void {
    entries.delete(requestId)
    responses--
    bytes -= entry.bytes
    budget.release(entry.bytes + entryOverheadBytes)
  }

  function evict(requestId: string, entry: Entry): void {
    remove(requestId, entry)
    // The id of the response stays in memory, so its overhead still counts.
    budget.release(-entryOverheadBytes)
    if (recentEvicted.size >= limits.maxEvictedIds / 2) rotateEvicted(rotatedAt)
    recentEvicted.add(requestId)
  }

  function evictBeyondLimits(): void {
    for (const [requestId, entry] of entries) {
      if (responses <= limits.maxResponses && bytes <= limits.maxResponseBytes) return
      if (entry.response !== undefined) evict(requestId, entry)
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
      if (entry.response !== undefined) remove(requestId, entry)
    }
    const hasEvicted = recentEvicted.size + olderEvicted.size > 0
    if (hasEvicted && rotatedAt <= at - limits.responseTtlMs) rotateEvicted(at)
    return entries.size + recentEvicted.size + olderEvicted.size > 0
  }

  const cache: IdempotencyCache = {
    movedAt: notInBudget,
    claim(claim, holder) {
      const { requestId, at } = claim
      prune(at)
      const earlier = resultOf(entries.get(requestId), holder)
      if (earlier !== undefined && !mayRunAgain(earlier, claim)) return earlier
      if (recentEvicted.has(requestId) || olderEvicted.has(requestId)) return evicted
      const entry = createEntry(claim, holder)
      entries.set(requestId, entry)
      return { type: 'claimed', ticket: entry.ticket }
    },
    settle({ requestId, ticket }, at, response) {
      const entry = entries.get(requestId)
      if (entry?.ticket !== ticket || entry.response !== undefined) return false
      if (response === undefined) {
        entries.delete(requestId)
        return entry.isAwaited
      }
      setResponse(entry, response, at)
      responses++
      bytes += entry.bytes
      if (rotatedAt === 0) rotatedAt = at
      budget.use(cache, entry.bytes + entryOverheadBytes, at)
      evictBeyondLimits()
      return entry.isAwaited
    },
    prune,
    evictOldest() {
      for (const [requestId, entry] of entries) {
        if (entry.response === undefined) continue
        evict(requestId, entry)
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

function createEntry({ fingerprint, at }: Claim, holder: Holder): Entry {
  const ticket = String(++lastTicket)
  return { fingerprint, holder, ticket, isAwaited: false, at, response: undefined, bytes: 0 }
}

function setResponse(entry: Entry, response: StoredResponse, at: number): void {
  entry.at = at
  entry.response = response
  entry.bytes = utf8Length(response.body)
}

/** Returns whether a request runs although its id was claimed before. */
function mayRunAgain(
  { type, fingerprint }: Extract<CacheResult, { readonly fingerprint: number }>,
  claim: Claim,
): boolean {
  return type === 'lost' && claim.rerunLost && fingerprint === claim.fingerprint
}

/** Returns the result of a claim for an id that was claimed before. */
function resultOf(
  entry: Entry | undefined,
  holder: Holder,
): Extract<CacheResult, { readonly fingerprint: number }> | undefined {
  if (entry === undefined) return undefined
  const { fingerprint, response } = entry
  if (response !== undefined) return { type: 'settled', fingerprint, response }
  if (!entry.holder.isAlive) return { type: 'lost', fingerprint }
  entry.isAwaited ||= entry.holder !== holder
  return { type: 'in-flight', fingerprint }
}
