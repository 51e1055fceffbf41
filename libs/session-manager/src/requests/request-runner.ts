import { createResponse, McpError } from '@mcp/protocol'
import type {
  Clock,
  MaybePromise,
  OperationDescription,
  RequestContext,
  ResponseEnvelope,
} from '@mcp/protocol'

import type { Activity } from '../activity/activity.ts'
import type { Metrics } from '../metrics.ts'
import type { StoredResponse } from '../store/response-store.ts'
import type { Stores } from '../store/stores.ts'
import type { Notifications } from '../events/notifications.ts'
import type { IncomingRequest } from './incoming-request.ts'
import { sizeOf } from './incoming-request.ts'
import type { InFlightRequest, InFlightRequests } from './in-flight-requests.ts'
import type { Interactions } from './interactions.ts'
import type { RequestDispatcher } from '../request-dispatcher.ts'
import type { EndedRequest } from './ended-request.ts'
import { toEndedRequest } from './ended-request.ts'
import { createRequestEvents } from './request-events.ts'
import type { RequestMemory } from './request-memory.ts'
import type { SettledResponse } from './settled-response.ts'
import { createSettledResponse } from './settled-response.ts'
import { dispatchEntry } from './dispatch-entry.ts'
import type { UnrecordedResponses } from './unrecorded-responses.ts'

/** The properties of a request that are resolved before it starts. */
export interface RunOptions {
  readonly operation: OperationDescription | undefined
  readonly now: number
  readonly deadline: number
  /**
   * Ticket with which the response is recorded in the idempotency cache; `undefined` if the response is not
   * recorded.
   */
  readonly ticket: string | undefined
}

/** Runs requests and settles them with their responses. */
export interface RequestRunner {
  /** Starts a request. The caller ensures that no request with the same id is in flight. */
  start(incoming: IncomingRequest, options: RunOptions): InFlightRequest
  /**
   * Aborts the signal of the server and settles the request with `error`. If `error` is retryable and
   * the operation is not idempotent, the error is {@link outcomeUnknown} instead.
   */
  abort(entry: InFlightRequest, error: McpError): void
  /** Waits until no request is in flight. After the grace period, aborts the remaining requests. */
  drain(graceMs: number, error: () => McpError): Promise<void>
}

export interface RequestRunnerOptions {
  readonly dispatcher: Pick<RequestDispatcher, 'dispatch' | 'sessionClosed'>
  readonly stores: Pick<Stores, 'sessions' | 'responses'>
  readonly inFlight: InFlightRequests
  readonly memory: Pick<RequestMemory, 'add' | 'remove'>
  readonly unrecorded: Pick<UnrecordedResponses, 'add'>
  readonly interactions: Pick<Interactions, 'ask'>
  readonly notifications: Pick<Notifications, 'forwarded'>
  readonly activity: Pick<Activity, 'started' | 'routed' | 'finished' | 'observe'>
  readonly clock: Clock
  readonly metrics: Metrics
  /** Receives each request that has ended. */
  readonly onRequestEnd?: ((ended: EndedRequest) => void) | undefined
  readonly onError: (error: unknown) => void
}

// A request touches its session when it is routed, and again when it ends if more than this time has passed.
const touchIntervalMs = 1000

/** Returns the function that records a response, and then calls `settle`. */
function createRecorder({ stores, unrecorded, metrics, onError }: RequestRunnerOptions) {
  return (
    entry: InFlightRequest,
    ticket: string,
    at: number,
    stored: StoredResponse | undefined,
    settle: () => void,
  ): void => {
    const { sessionId, request } = entry
    // The operation has run, so its callers get the response even if it could not be recorded.
    const retryLater = (error: unknown): void => {
      onError(error)
      unrecorded.add(entry, at, stored)
      settle()
    }
    try {
      const claimed = { requestId: request.id, ticket }
      const settling = stores.responses.settle(sessionId, claimed, at, stored)
      const recording = metrics.timed('settle', settling)
      if (recording instanceof Promise) recording.then(settle, retryLater)
      else settle()
    } catch (error) {
      retryLater(error)
    }
  }
}

export function createRequestRunner(options: RequestRunnerOptions): RequestRunner {
  const { dispatcher, stores, inFlight, memory, interactions, clock } = options
  const { notifications, activity, onRequestEnd, onError } = options
  const record = createRecorder(options)
  let onIdle = (): void => {}

  function touch(entry: InFlightRequest, at: number): void {
    entry.touchedAt = at
    stores.sessions.touch(entry.sessionId, at)
  }

  function finish(entry: InFlightRequest, response: ResponseEnvelope): void {
    if (entry.isDone) return
    entry.isDone = true
    const now = clock.now()
    activity.finished(entry, response, now)
    onRequestEnd?.(toEndedRequest(entry, response, now))
    const settled = createSettledResponse(response, onError, entry)
    if (now - entry.touchedAt >= touchIntervalMs) touch(entry, now)
    const keep = response.status === 'success' || !response.error.retryable
    // The store must know the server before a caller can close the session. Otherwise, the server would not
    // release the resources of the session.
    if (entry.addingServer === undefined) return complete(entry, settled, now, keep)
    void entry.addingServer.then(() => complete(entry, settled, now, keep))
  }

  function complete(entry: InFlightRequest, settled: SettledResponse, at: number, keep: boolean) {
    if (entry.ticket === undefined) return settleWhenForwarded(entry, settled)
    record(entry, entry.ticket, at, keep ? settled.toHttp() : undefined, () =>
      settle(entry, settled),
    )
  }

  /**
   * Settles a request without a record, after the notifications of its server are in the log. A recorded
   * response needs no such wait, because the store receives it after the notifications.
   */
  function settleWhenForwarded(entry: InFlightRequest, settled: SettledResponse): void {
    const forwarded = notifications.forwarded()
    if (forwarded === undefined) return settle(entry, settled)
    forwarded.then(() => settle(entry, settled)).catch(onError)
  }

  function settle(entry: InFlightRequest, settled: SettledResponse): void {
    inFlight.remove(entry)
    memory.remove(entry.owner, entry.bytes)
    entry.response = settled
    if (entry.waiters !== undefined) for (const resolve of entry.waiters) resolve(settled)
    if (inFlight.size === 0) onIdle()
  }

  function settleWith(entry: InFlightRequest, responding: MaybePromise<ResponseEnvelope>): void {
    if (!(responding instanceof Promise)) return finish(entry, responding)
    responding.then(
      (response) => finish(entry, response),
      (thrown: unknown) => {
        onError(thrown)
        finish(entry, createResponse(entry.request.id, 'error', McpError.from(thrown)))
      },
    )
  }

  function abort(entry: InFlightRequest, error: McpError): void {
    entry.controller.abort(error)
    finish(entry, createResponse(entry.request.id, 'error', abortError(error, entry)))
  }

  return {
    start(incoming, { operation, now, deadline, ticket }) {
      const entry = createEntry(incoming, { operation, ticket, now })
      inFlight.add(entry)
      memory.add(entry.owner, entry.bytes)
      activity.started(entry, incoming)

      const onRouted = (server: string): void => {
        activity.routed(entry, server)
        touch(entry, now)
        recordServer(entry, server, options)
      }
      const direct = incoming.ask && activity.observe(entry, incoming.ask)
      const ask = direct ?? askSession(interactions, entry, deadline)
      const context = contextOf(incoming, entry, { deadline, onRouted, ask })
      settleWith(entry, dispatchEntry(dispatcher, entry, context))
      return entry
    },
    abort,
    async drain(graceMs, error) {
      if (inFlight.size === 0) return
      await new Promise<void>((resolve) => {
        const stopTimer = clock.after(graceMs, () => {
          for (const entry of inFlight.list()) abort(entry, error())
        })
        onIdle = () => {
          stopTimer()
          resolve()
        }
      })
    },
  }
}

/** Records the server of a request. If the session has just ended, the server releases the session again. */
function recordServer(
  entry: InFlightRequest,
  server: string,
  { stores, dispatcher, onError }: RequestRunnerOptions,
): void {
  const adding = stores.sessions.addServer(entry.sessionId, server)
  if (adding === true) return
  const release = (isLive: boolean): Promise<void> | undefined =>
    isLive ? undefined : dispatcher.sessionClosed(entry.sessionId, [server])
  entry.addingServer = Promise.resolve(adding).then(release).catch(onError)
}

function createEntry(
  incoming: IncomingRequest,
  { operation, ticket, now }: Pick<RunOptions, 'operation' | 'ticket' | 'now'>,
): InFlightRequest {
  const { sessionId, owner, request, isStreamed, trace } = incoming
  return {
    sessionId,
    owner,
    request,
    bytes: sizeOf(incoming),
    operation,
    ticket,
    controller: new AbortController(),
    events: isStreamed === true ? createRequestEvents() : undefined,
    startedAt: now,
    traceparent: trace?.traceparent,
    server: undefined,
    activity: undefined,
    requestSeq: 0,
    responseSeq: 0,
    touchedAt: 0,
    addingServer: undefined,
    isDone: false,
    response: undefined,
    waiters: undefined,
    next: undefined,
  }
}

function contextOf(
  {
    sessionId,
    owner,
    address,
    request,
    body,
    claims,
    client,
    resultBytes,
    trace,
    onEvent,
    rounds,
  }: IncomingRequest,
  { controller, events }: InFlightRequest,
  { deadline, onRouted, ask }: Pick<RequestContext, 'deadline' | 'onRouted' | 'ask'>,
): Partial<RequestContext> {
  return {
    signal: controller.signal,
    deadline,
    sessionId,
    principal: owner,
    claims,
    address,
    client,
    resultBytes,
    trace,
    original: body === undefined ? undefined : { request, body },
    onEvent: onEvent ?? events?.emit,
    onRouted,
    ask,
    rounds,
  }
}

/** Returns the function with which a request sends interactions to the clients of its session. */
function askSession(
  interactions: Pick<Interactions, 'ask'>,
  { sessionId, request, controller }: InFlightRequest,
  deadline: number,
): NonNullable<RequestContext['ask']> {
  const shared = { sessionId, requestId: request.id, deadline, signal: controller.signal }
  return (interaction) => interactions.ask({ ...shared, interaction })
}

// After a retryable error, the request may be repeated, but its operation may have run already. Unless the
// operation is idempotent, the caller gets an error that is not retryable.
function abortError(error: McpError, { operation }: InFlightRequest): McpError {
  return !error.retryable || operation?.hints.idempotent === true ? error : outcomeUnknown()
}

/** Creates the error for a request that may have run, but whose response is unknown. */
export function outcomeUnknown(): McpError {
  return new McpError(
    'upstream-error',
    'The process that ran this request has ended, and it is unknown whether the request completed. Check its effect before you repeat it under a new id.',
    { details: { reason: 'outcome-unknown' }, retryable: false },
  )
}
