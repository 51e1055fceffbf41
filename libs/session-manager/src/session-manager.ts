import type { RateLimiter, RateLimitOptions } from '@mcp/concurrency'
import { createResponse, defaultLimits, McpError, systemClock } from '@mcp/protocol'
import { createHeartbeats } from '@mcp/http'
import type { Authenticate, CloseOptions, Service } from '@mcp/http'
import type { Clock, NotificationEnvelope, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'

import type { EventStreams } from './events/event-streams.ts'
import { createEventStreams } from './events/event-streams.ts'
import { createNotifications } from './events/notifications.ts'
import { createSessionStreams } from './events/session-streams.ts'
import type { SessionBodyLimits } from './http/body-schemas.ts'
import { createHttpApi } from './http/http-api.ts'
import type { Mount } from './http/router.ts'
import { createMetrics } from './metrics.ts'
import type { RequestDispatcher } from './request-dispatcher.ts'
import { createInFlightRequests } from './requests/in-flight-requests.ts'
import type { Interactions } from './requests/interactions.ts'
import { createInteractions } from './requests/interactions.ts'
import { responseOf } from './requests/pending-response.ts'
import { createRequestRunner } from './requests/request-runner.ts'
import { createRequestStreams } from './requests/request-stream.ts'
import type { Requests } from './requests/requests.ts'
import { createRequests, shuttingDown } from './requests/requests.ts'
import { createUnrecordedResponses } from './requests/unrecorded-responses.ts'
import type { Session } from './sessions/session.ts'
import { toSession } from './sessions/session.ts'
import type { NewSessionOptions } from './sessions/sessions.ts'
import { createSessions } from './sessions/sessions.ts'
import { createMemoryStores } from './store/memory/memory-stores.ts'
import type { Signal } from './store/signal-bus.ts'
import { isStoreFailure } from './store/store-failure.ts'
import type { Stores } from './store/stores.ts'

/** Bounds beyond which a session manager rejects a request or closes a stream. */
export interface SessionManagerLimits extends SessionBodyLimits {
  /** Maximum number of bytes buffered for a slow client before its stream is closed. Default: 256 KiB. */
  readonly maxBufferedBytes: number
  /** Maximum number of open event streams per session. Default: 64. */
  readonly maxStreamsPerSession: number
}

export interface SessionManagerOptions {
  /** Processes the requests; see `createDispatcher`. The session manager does not close it. */
  readonly dispatcher: RequestDispatcher
  /**
   * The stores of all state. The session manager does not close them. Default: in-memory stores, which
   * it closes.
   */
  readonly stores?: Stores | undefined
  /** Authenticates callers. Without it, the id of a session grants access to the session. */
  readonly authenticate?: Authenticate | undefined
  /**
   * Secret with which the servers of this system sign their requests. Without it, routes for servers
   * accept unsigned requests from this machine, or no requests if `authenticate` is set.
   */
  readonly serviceToken?: string | undefined
  /**
   * Limits the requests per principal. Requests that fail to authenticate are counted per address. Has
   * no effect without `authenticate`. Default: no limit.
   */
  readonly rateLimit?: RateLimitOptions | RateLimiter | undefined
  /** Default idle time after which a session expires, in milliseconds. Default: 30 minutes. */
  readonly idleTtlMs?: number | undefined
  /** Maximum idle time that a client may choose, in milliseconds. Default: one day. */
  readonly maxTtlMs?: number | undefined
  readonly limits?: Partial<SessionManagerLimits> | undefined
  /** Further handlers within the same service, such as `/mcp`. Default: none. */
  readonly mounts?: readonly Mount[] | undefined
  /** The path under which the service is mounted, such as `/mcp-sessions`. Default: none. */
  readonly basePath?: string | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
  /**
   * Receives unexpected errors. Store failures are not among them, because the store reports them.
   * Default: errors are ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The caller of a method that is called directly instead of over HTTP. */
export interface Caller {
  /** Default: an anonymous caller. */
  readonly principal?: string | undefined
}

/** Sessions, idempotent requests and resumable event streams, over HTTP or called directly. */
export interface SessionManager extends Service {
  readonly fastRoute: NonNullable<Service['fastRoute']>
  openSession(options?: NewSessionOptions & Caller): Promise<Session>
  /** Processes a request. Never rejects: a failure is returned as an error response. */
  handle(sessionId: string, request: RequestEnvelope, caller?: Caller): Promise<ResponseEnvelope>
  /** Publishes a notification to a session, or to every session if the id is `all`. */
  publish(sessionId: string, notification: NotificationEnvelope): Promise<void>
  closeSession(sessionId: string, caller?: Caller): Promise<void>
  /** Closes the service, as described at {@link Service.close}. Default grace period: 5 seconds. */
  close(options?: CloseOptions): Promise<void>
}

const defaults: SessionManagerLimits = {
  ...defaultLimits,
  maxMetadataBytes: 16 * 1024,
  maxBufferedBytes: 256 * 1024,
  maxStreamsPerSession: 64,
}

/**
 * Creates a session manager, which forwards the requests of sessions to a dispatcher.
 *
 * @example
 * const manager = createSessionManager({ dispatcher: createDispatcher({ servers: [tools] }) })
 * const response = await manager.fetch(new Request('http://host/sessions', { method: 'POST' }))
 */
export function createSessionManager(options: SessionManagerOptions): SessionManager {
  const { dispatcher, authenticate, serviceToken, idleTtlMs = 1_800_000 } = options
  const { maxTtlMs = 86_400_000, mounts = [] } = options
  const { clock = systemClock } = options
  const onError = exceptStoreFailures(options.onError)
  // Normalized to a leading slash and no trailing slash.
  const basePath = (options.basePath ?? '').replace(/^\/*(?=[^/])/, '/').replace(/\/+$/, '')
  const limits = { ...defaults, ...options.limits }
  const stores = options.stores ?? createMemoryStores()
  let closing: Promise<void> | undefined

  function assertOpen(): void {
    if (closing !== undefined) throw shuttingDown()
  }

  const metrics = createMetrics()
  const inFlight = createInFlightRequests()
  const sessionStreams = createSessionStreams()
  const heartbeats = createHeartbeats(clock)
  const shared = { stores, dispatcher, clock, metrics, assertOpen, onError }
  const sessions = createSessions({
    ...shared,
    store: stores.sessions,
    idleTtlMs,
    maxTtlMs,
    *activeIds() {
      yield* sessionStreams.sessionIds()
      for (const { sessionId } of inFlight.list()) yield sessionId
    },
    isActive: (sessionId) =>
      sessionStreams.of(sessionId) !== undefined || inFlight.hasSession(sessionId),
    releaseOnServers: (sessionId, servers) => dispatcher.sessionClosed(sessionId, servers),
  })
  const notifications = createNotifications({ ...shared, store: stores.events })
  const interactions = createInteractions({ ...shared, store: stores.interactions, notifications })
  const unrecorded = createUnrecordedResponses(stores.responses, clock)
  const runner = createRequestRunner({ ...shared, inFlight, unrecorded, interactions })
  const requests = createRequests({ ...shared, sessions, inFlight, unrecorded, runner })
  const streams = createEventStreams({ ...shared, ...limits, sessionStreams, heartbeats })
  const api = createHttpApi({
    ...shared,
    sessions,
    requests,
    streamResponse: createRequestStreams({ clock, heartbeats, ...limits }),
    interactions,
    notifications,
    streams,
    authenticate,
    serviceToken,
    rateLimit: options.rateLimit,
    limits,
    basePath,
    mounts,
  })
  metrics.gauge('mcp_streams_open', 'Event streams open.', () => streams.size)
  metrics.gaugesByServer(() => dispatcher.metrics?.() ?? [])
  metrics.gauge('mcp_store_errors_total', 'Failed store operations.', () => stores.health().errors)
  metrics.gauge('mcp_requests_running', 'Requests in flight.', () => inFlight.size)

  const stops = [
    stores.signals.subscribe(undefined, createSignalHandler({ requests, streams, interactions })),
    notifications.forward(),
    sessions.maintain(),
    unrecorded.retry(),
  ]

  async function close({ graceMs = 5000 }: CloseOptions): Promise<void> {
    // Event streams do not depend on the requests in flight, so they end before the grace period.
    streams.close()
    await requests.drain(graceMs)
    for (const stop of stops) stop()
    await unrecorded.flush()
    if (options.stores === undefined) await stores.close()
  }

  return {
    ...api,
    async openSession({ principal, ...fields } = {}) {
      return toSession(await sessions.open(principal, fields))
    },
    async handle(sessionId, request, { principal } = {}) {
      try {
        const incoming = { sessionId, owner: principal, request, hasId: true }
        const response = await responseOf(await requests.submit(incoming))
        return response.toEnvelope()
      } catch (thrown) {
        return createResponse(request.id, 'error', McpError.from(thrown))
      }
    },
    async publish(sessionId, notification) {
      await notifications.publish(sessionId, notification)
    },
    async closeSession(sessionId, { principal } = {}) {
      await sessions.close(sessionId, principal)
    },
    close: (how = {}) => (closing ??= close(how)),
  }
}

/**
 * Wraps `onError` so that it does not receive store failures. The store itself reports these, once per
 * change of state instead of for each operation.
 */
function exceptStoreFailures(onError: SessionManagerOptions['onError']) {
  return (error: unknown): void => {
    if (!isStoreFailure(error)) onError?.(error)
  }
}

interface SignalTargets {
  readonly requests: Requests
  readonly streams: EventStreams
  readonly interactions: Interactions
}

function createSignalHandler({ requests, streams, interactions }: SignalTargets) {
  return (signal: Signal): void => {
    switch (signal.type) {
      case 'appended':
        streams.broadcast(signal.event)
        break
      case 'ended':
        requests.cancelSession(signal.sessionId, sessionEnded())
        streams.endSession(signal.sessionId, signal.reason)
        break
      case 'cancel':
        requests.cancel(signal.sessionId, signal.requestId)
        break
      case 'resolved':
        interactions.onResolved(signal.interactionId, signal.resolution)
        break
    }
  }
}

function sessionEnded(): McpError {
  return new McpError('cancelled', 'The session ended before the request completed.', {
    details: { reason: 'session-ended' },
  })
}
