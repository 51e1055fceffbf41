import type { OperationDescription, RequestEnvelope } from '@mcp/protocol'

import type { SessionActivity } from '../activity/session-activity.ts'
import type { RequestEvents } from './request-events.ts'
import type { SettledResponse } from './settled-response.ts'

/** One request in flight in this process. It is plain data, because closures per request cost more. */
export interface InFlightRequest {
  readonly sessionId: string
  readonly owner: string | undefined
  readonly request: RequestEnvelope
  readonly operation: OperationDescription | undefined
  /**
   * Ticket with which the response is recorded in the idempotency cache; `undefined` if the response is not
   * recorded.
   */
  readonly ticket: string | undefined
  /** Aborts the signal that the server received with the request. */
  readonly controller: AbortController
  /** Progress and chunks, if the caller receives them as a stream. */
  readonly events: RequestEvents | undefined
  /** Time at which the request started. */
  readonly startedAt: number
  /** Size of the received request. */
  readonly bytes: number
  /** Trace context of the caller. */
  readonly traceparent: string | undefined
  /** Server to which the request was routed. */
  server: string | undefined
  /** Activity of the session. Set when the request starts. */
  activity: SessionActivity | undefined
  /** Positions of the entries of the request and its response in the activity; 0 if there is none. */
  requestSeq: number
  responseSeq: number
  /** Time of the last touch of the session by this request; 0 before the first. */
  touchedAt: number
  /** Set while a remote store records the server of the request. */
  addingServer: Promise<void> | undefined
  /** Whether the response is known. It may still have to be recorded. */
  isDone: boolean
  /** The response, once it is recorded or if it needs no record. */
  response: SettledResponse | undefined
  /** Callers that wait for the response. The array is created only if a caller has to wait. */
  waiters: ((response: SettledResponse) => void)[] | undefined
  /** The next request in the same bucket of the hash table. Managed by the table. */
  next: InFlightRequest | undefined
}

/** The requests in flight in this process, by session and id. */
export interface InFlightRequests {
  find(sessionId: string, requestId: string): InFlightRequest | undefined
  add(entry: InFlightRequest): void
  remove(entry: InFlightRequest): void
  /** Returns the requests of one session, or of all sessions. */
  list(sessionId?: string): InFlightRequest[]
  hasSession(sessionId: string): boolean
  readonly size: number
}

const bucketCount = 1024

/**
 * Creates an empty hash table. A `Map` is not used: when every request adds and removes an entry, V8
 * often replaces the internal table of the `Map`. Each old table keeps the next one alive until the next
 * full garbage collection. Under load, this cost more than the requests themselves.
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

// Only the last characters of the ids are hashed, because ids differ most at their ends.
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
