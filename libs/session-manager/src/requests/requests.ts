import { chain } from '@mcp/concurrency'
import { defaultTimeoutMs, McpError } from '@mcp/protocol'
import type { Clock, MaybePromise, OperationDescription } from '@mcp/protocol'

import type { Metrics } from '../metrics.ts'
import { sessionNotFound } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { StoredResponse } from '../store/response-store.ts'
import { isLive } from '../store/session-store.ts'
import type { Stores } from '../store/stores.ts'
import { createRequestClaims, idReused, isSameRequest } from './request-claims.ts'
import type { InFlightRequest, InFlightRequests } from './in-flight-requests.ts'
import type { PendingResponse } from './pending-response.ts'
import type { RequestDispatcher } from '../request-dispatcher.ts'
import type { IncomingRequest } from './incoming-request.ts'
import { sizeOf } from './incoming-request.ts'
import type { RequestMemory } from './request-memory.ts'
import { createReplicaWaits } from './replica-waits.ts'
import type { RequestRunner } from './request-runner.ts'
import { outcomeUnknown } from './request-runner.ts'
import { restoreResponse } from './settled-response.ts'
import type { UnrecordedResponses } from './unrecorded-responses.ts'

/** Runs each request of a session once, even if the client repeats it. */
export interface Requests {
  /**
   * Starts a request, joins it if it is in flight, or returns its recorded response.
   *
   * @throws McpError `session-not-found`, `conflict`, `unavailable`, …
   */
  submit(incoming: IncomingRequest): MaybePromise<PendingResponse>
  /** Cancels a request. Returns whether it was in flight in this process. */
  cancel(sessionId: string, requestId: string): boolean
  cancelSession(sessionId: string, error: McpError): void
  /** Handles the signal that another replica has settled a request. */
  onSettled(sessionId: string, requestId: string): void
  /** Queries the store again, because signals may have been lost. */
  onMissed(): void
  /** Waits until no request is in flight. After the grace period, aborts the remaining requests. */
  drain(graceMs: number): Promise<void>
}

export interface RequestsOptions {
  readonly dispatcher: Pick<RequestDispatcher, 'operationOf'>
  readonly stores: Pick<Stores, 'sessions' | 'responses' | 'isShared'>
  readonly sessions: Pick<Sessions, 'assertAccess'>
  readonly inFlight: InFlightRequests
  readonly unrecorded: Pick<UnrecordedResponses, 'find'>
  readonly memory: Pick<RequestMemory, 'assertCapacity'>
  readonly runner: RequestRunner
  readonly clock: Clock
  readonly metrics: Metrics
  /** Throws `unavailable` during shutdown. */
  readonly assertOpen: () => void
  readonly onError: (error: unknown) => void
}

/** Interval at which the store is queried for a request of another replica, in case a signal is lost. */
const pollMs = 1000

export function createRequests(options: RequestsOptions): Requests {
  const { dispatcher, stores, sessions, inFlight, unrecorded, memory, runner } = options
  const { clock, metrics } = options
  const claims = createRequestClaims({ ...options, store: stores.responses })
  const waits = createReplicaWaits(clock)

  function replay(response: StoredResponse): PendingResponse {
    metrics.count('mcp_requests_repeated_total')
    return { response: restoreResponse(response), waiters: undefined, events: undefined }
  }

  function join(entry: InFlightRequest, { sessionId, owner, request }: IncomingRequest) {
    if (entry.owner !== owner) throw sessionNotFound(sessionId, owner)
    if (!isSameRequest(entry.request, request)) throw idReused(request.id)
    metrics.count('mcp_requests_repeated_total')
    return entry
  }

  function submit(
    incoming: IncomingRequest,
    now: number,
    deadline: number,
  ): MaybePromise<PendingResponse> {
    const { sessionId, owner, request, hasId } = incoming
    const running = inFlight.find(sessionId, request.id) ?? unrecorded.find(sessionId, request.id)
    if (running !== undefined) return join(running, incoming)
    memory.assertCapacity(owner, sizeOf(incoming))
    const operation = dispatcher.operationOf(request)
    if (hasId && operation?.hints.readOnly !== true) {
      return claim(incoming, operation, now, deadline)
    }
    return chain(metrics.timed('read', stores.sessions.read(sessionId)), (session) => {
      if (!isLive(session)) throw sessionNotFound(sessionId, owner, session)
      sessions.assertAccess(session, owner, now)
      // A request with the same id may have started while a remote store was queried.
      const meanwhile = inFlight.find(sessionId, request.id)
      if (meanwhile !== undefined) return join(meanwhile, incoming)
      return runner.start(incoming, { operation, now, deadline, ticket: undefined })
    })
  }

  function claim(
    incoming: IncomingRequest,
    operation: OperationDescription | undefined,
    now: number,
    deadline: number,
  ): MaybePromise<PendingResponse> {
    const claiming = metrics.timed('claim', claims.claim(incoming, operation, now))
    return chain(claiming, (result) => {
      if (result.type === 'claimed') {
        return runner.start(incoming, { operation, now, deadline, ticket: result.ticket })
      }
      if (result.type === 'settled') return replay(result.response)
      // Another request with the same id may have been claimed at the same time, and has started.
      const meanwhile = inFlight.find(incoming.sessionId, incoming.request.id)
      if (meanwhile !== undefined) return join(meanwhile, incoming)
      // This process does not run the request, and no other process uses the stores.
      if (!stores.isShared) throw outcomeUnknown()
      return waitForReplica(incoming, deadline)
    })
  }

  /** Waits for the response to a request that is in flight on another replica. */
  async function waitForReplica(
    incoming: IncomingRequest,
    deadline: number,
  ): Promise<PendingResponse> {
    const leftMs = deadline - clock.now()
    if (leftMs <= 0) {
      throw new McpError('timeout', 'Another replica is still processing this request.', {
        retryable: true,
      })
    }
    await waits.wait(incoming.sessionId, incoming.request.id, Math.min(pollMs, leftMs))
    options.assertOpen()
    return submit(incoming, clock.now(), deadline)
  }

  return {
    submit(incoming) {
      options.assertOpen()
      const { timeoutMs = defaultTimeoutMs } = incoming.request.metadata
      const now = clock.now()
      return submit(incoming, now, now + timeoutMs)
    },
    cancel(sessionId, requestId) {
      const entry = inFlight.find(sessionId, requestId)
      if (entry === undefined) return false
      runner.abort(entry, requestCancelled())
      return true
    },
    cancelSession(sessionId, error) {
      for (const entry of inFlight.list(sessionId)) runner.abort(entry, error)
    },
    onSettled: (sessionId, requestId) => waits.wake(sessionId, requestId),
    onMissed: () => waits.wakeAll(),
    drain: (graceMs) => runner.drain(graceMs, shuttingDown),
  }
}

/** Creates the error for a request that its caller has cancelled. */
export function requestCancelled(): McpError {
  return new McpError('cancelled', 'The request was cancelled.')
}

/** Creates the error for new work during shutdown. */
export function shuttingDown(): McpError {
  return new McpError('unavailable', 'The session manager is shutting down.')
}
