import type { OperationDescription, RequestEnvelope } from '@mcp/protocol'

import type { RequestEvents } from './request-events.ts'
import type { SettledResponse } from './settled-response.ts'

/** One request that is running in this process. Plain data: a closure per request costs more. */
export interface InFlightRequest {
  readonly sessionId: string
  readonly owner: string | undefined
  readonly request: RequestEnvelope
  readonly operation: OperationDescription | undefined
  /** Whether the response is recorded in the idempotency cache. */
  readonly isRecorded: boolean
  /** Aborts the server's signal. */
  readonly controller: AbortController
  /** Progress and chunks, if a caller streams them. */
  readonly events: RequestEvents | undefined
  /** Time of the last touch of the session by this request; 0 before the first. */
  touchedAt: number
  /** Whether the response is known. It may still have to be recorded. */
  isDone: boolean
  /** The response, once it is recorded. */
  response: SettledResponse | undefined
  /** Callers that wait for the response. Created on demand: most responses are immediate. */
  waiters: ((response: SettledResponse) => void)[] | undefined
  /** The next request of the same bucket. Managed by the table. */
  next: InFlightRequest | undefined
}

/** The requests in flight in this process, by session and id. */
export interface InFlightRequests {
  find(sessionId: string, requestId: string): InFlightRequest | undefined
  add(entry: InFlightRequest): void
  remove(entry: InFlightRequest): void
  /** Returns the requests of one session, or of all. */
  list(sessionId?: string): InFlightRequest[]
  hasSession(sessionId: string): boolean
  readonly size: number
}

const bucketCount = 1024

/**
 * Creates an empty table: a hash table without a Map, because a Map that turns over with every
 * request leaves backing tables behind, each of which keeps the next alive until the next full
 * collection; under load that cost more than the request.
 */
export function createInFlightRequests(): InFlightRequests {
  const buckets = Array.from<InFlightRequest | undefined>({ length: bucketCount }).fill(undefined)
  let size = 0

  function list(sessionId?: string): InFlightRequest[] {
    const found: InFlightRequest[] = []
    for (const first of buckets) {
      for (let entry = first; entry !== undefined; entry = entry.next) {
        if (sessionId === undefined || entry.sessionId === sessionId) found.push(entry)
      }
    }
    return found
  }

  return {
    find(sessionId, requestId) {
      let entry = buckets[bucketOf(sessionId, requestId)]
      while (entry !== undefined) {
        if (entry.request.id === requestId && entry.sessionId === sessionId) return entry
        entry = entry.next
      }
      return undefined
    },
    add(entry) {
      const bucket = bucketOf(entry.sessionId, entry.request.id)
      entry.next = buckets[bucket]
      buckets[bucket] = entry
      size++
    },
    remove(entry) {
      const bucket = bucketOf(entry.sessionId, entry.request.id)
      if (buckets[bucket] === entry) buckets[bucket] = entry.next
      else {
        let before = buckets[bucket]
        while (before !== undefined && before.next !== entry) before = before.next
        if (before === undefined) return
        before.next = entry.next
      }
      entry.next = undefined
      size--
    },
    list,
    hasSession: (sessionId) => size > 0 && list(sessionId).length > 0,
    get size() {
      return size
    },
  }
}

// Ids differ most at their ends.
function bucketOf(sessionId: string, requestId: string): number {
  let hash = 0
  for (let index = Math.max(0, requestId.length - 6); index < requestId.length; index++) {
    hash = Math.imul(hash, 31) + requestId.charCodeAt(index)
  }
  for (let index = Math.max(0, sessionId.length - 3); index < sessionId.length; index++) {
    hash = Math.imul(hash, 31) + sessionId.charCodeAt(index)
  }
  return (hash ^ (hash >>> 10)) & (bucketCount - 1)
}
