import { createListeners } from '@mcp/concurrency'
import type { RateLimiter, RateLimitOptions } from '@mcp/concurrency'
import { defaultLimits, systemClock } from '@mcp/protocol'
import { createHeartbeats } from '@mcp/http'
import type { Authenticate, CloseOptions, Service } from '@mcp/http'
import type { Clock } from '@mcp/protocol'
import { noMetrics } from '@mcp/telemetry'
import type { Metrics as MetricsPort } from '@mcp/telemetry'

import { createActivity } from './activity/activity.ts'
import type { ServerAdministration } from './administration/server-administration.ts'
import type { EventStreams } from './events/event-streams.ts'
import { createEventStreams } from './events/event-streams.ts'
import { createNotifications } from './events/notifications.ts'
import { createSessionStreams } from './events/session-streams.ts'
import { createStreamCounts } from './events/stream-counts.ts'
import type { SessionBodyLimits } from './http/body-schemas.ts'
import { createHttpApi } from './http/http-api.ts'
import type { Mount } from './http/mount.ts'
import { createRouteServer } from './http/route-server.ts'
import type { Metrics } from './metrics.ts'
import { createMetrics } from './metrics.ts'
import type { RequestDispatcher } from './request-dispatcher.ts'
import type { EndedRequest } from './requests/ended-request.ts'
import type { InFlightRequests } from './requests/in-flight-requests.ts'
import { createInFlightRequests } from './requests/in-flight-requests.ts'
import { createInteractions } from './requests/interactions.ts'
import { createRequestRunner } from './requests/request-runner.ts'
import { createRequestStreams } from './requests/request-stream.ts'
import { createRequestMemory } from './requests/request-memory.ts'
import { createRequests, shuttingDown } from './requests/requests.ts'
import { createUnrecordedResponses } from './requests/unrecorded-responses.ts'
import type { SessionMethods } from './session-methods.ts'
import { createSessionMethods } from './session-methods.ts'
import { createSessions } from './sessions/sessions.ts'
import { createSignalHandler } from './signal-handler.ts'
import { createMemoryStores } from './store/memory/memory-stores.ts'
import { isStoreFailure } from './store/store-failure.ts'
import type { Stores } from './store/stores.ts'

/** Bounds beyond which a session manager rejects a request or closes a stream. */
export interface SessionManagerLimits extends SessionBodyLimits {
  /** Maximum number of bytes buffered for a slow client before its stream is closed. Default: 256 KiB. */
  readonly maxBufferedBytes: number
  /** Maximum number of open event streams per session. Default: 64. */
  readonly maxStreamsPerSession: number
  /** Maximum number of open event streams of one authenticated caller. Default: 10,000. */
  readonly maxStreamsPerOwner: number
  /**
   * Maximum size of all requests in flight, in bytes. Values below four times `maxBodyBytes` are raised to it.
   * The share of an authenticated caller is half of what the other callers leave. Beyond it, a request of 16
   * KiB or more is `unavailable`. Default: 128 MiB.
   */
  readonly maxInFlightBytes: number
  /** Maximum number of entries in the activity of a session. With 0, none is recorded. Default: 5,000. */
  readonly maxActivityEntries: number
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
   * Scopes that the access token of a caller needs for the routes of the session manager. A mount checks
   * its own scopes. Principals without a list of scopes are not limited. Default: none.
   */
  readonly requiredScopes?: readonly string[] | undefined
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
  /** The changes that operators can make to the servers of the dispatcher. Default: none. */
  readonly administration?: ServerAdministration | undefined
  /** Names of the authenticated callers that may use `administration`. Default: none. */
  readonly operators?: readonly string[] | undefined
  /** Functions that create further services within this service, such as `/mcp`. Default: none. */
  readonly mounts?: readonly ((manager: SessionMethods) => Mount)[] | undefined
  /** The path under which the service is mounted, such as `/mcp-sessions`. Default: none. */
  readonly basePath?: string | undefined
  /** Receives each request that has ended, for a log. Default: none. */
  readonly onRequestEnd?: ((ended: EndedRequest) => void) | undefined
  /** Receives the metrics of sessions, streams, notifications and the store. Default: none. */
  readonly metrics?: MetricsPort | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
  /**
   * Receives unexpected errors. Store failures are not among them, because the store reports them.
   * Default: errors are ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** Sessions, idempotent requests and resumable event streams, over HTTP or called directly. */
export interface SessionManager extends Service, SessionMethods {
  readonly fastRoute: NonNullable<Service['fastRoute']>
  /** Closes the service, as described at {@link Service.close}. Default grace period: 5 seconds. */
  close(options?: CloseOptions): Promise<void>
}

const defaults: SessionManagerLimits = {
  ...defaultLimits,
  maxMetadataBytes: 16 * 1024,
  maxBufferedBytes: 256 * 1024,
  maxStreamsPerSession: 64,
  maxStreamsPerOwner: 10_000,
  maxInFlightBytes: 128 * 1024 * 1024,
  maxActivityEntries: 5000,
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
  const { maxTtlMs = 86_400_000, clock = systemClock, onRequestEnd } = options
  const onError = exceptStoreFailures(options.onError)
  const basePath = normalizePath(options.basePath)
  const limits = { ...defaults, ...options.limits }
  const stores = options.stores ?? createMemoryStores()
  let closing: Promise<void> | undefined

  function assertOpen(): void {
    if (closing !== undefined) throw shuttingDown()
  }

  const ended = createListeners<string>({ onError })
  const metrics = createMetrics(options.metrics ?? noMetrics, clock)
  const inFlight = createInFlightRequests()
  const sessionStreams = createSessionStreams()
  const heartbeats = createHeartbeats(clock)
  const streamCounts = createStreamCounts(limits.maxStreamsPerOwner)
  const streaming = { ...limits, clock, heartbeats, streamCounts }
  const activity = createActivity(streaming)
  const memory = createRequestMemory(Math.max(limits.maxInFlightBytes, 4 * limits.maxBodyBytes))
  const shared = { stores, dispatcher, activity, memory, clock, metrics, assertOpen, onError }
  const sessions = createSessions({
    ...shared,
    store: stores.sessions,
    isShared: stores.isShared,
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
  const notifications = createNotifications(shared)
  const interactions = createInteractions({ ...shared, store: stores.interactions, notifications })
  const unrecorded = createUnrecordedResponses(stores.responses, clock)
  const running = { ...shared, inFlight, unrecorded, interactions, notifications, onRequestEnd }
  const runner = createRequestRunner(running)
  const requests = createRequests({ ...running, sessions, runner })
  const streams = createEventStreams({ ...shared, ...streaming, sessionStreams })
  const { rateLimit, requiredScopes } = options
  const access = { authenticate, requiredScopes, serviceToken, rateLimit }
  const server = createRouteServer({ ...shared, ...access })
  addGauges(metrics, { streams, stores, inFlight })

  const targets = { ...running, requests, streams, ended, store: stores.sessions }
  const stops = [
    stores.signals.subscribe(undefined, createSignalHandler(targets)).stop,
    notifications.forward(),
    sessions.maintain(),
    unrecorded.retry(),
  ]

  async function close({ graceMs = 5000 }: CloseOptions): Promise<void> {
    // Event streams do not depend on the requests in flight, so they end before the grace period.
    streams.close()
    activity.close()
    const closingMounts = mounts.map(({ service }) => service.close({ graceMs }))
    await requests.drain(graceMs)
    await Promise.all(closingMounts)
    for (const stop of stops) stop()
    metrics.stop()
    await unrecorded.flush()
    if (options.stores === undefined) await stores.close()
  }

  const methods = createSessionMethods({
    ...shared,
    server,
    sessions,
    requests,
    notifications,
    streams,
    ended,
  })
  const mounts = (options.mounts ?? []).map((createMount) => createMount(methods))
  const api = createHttpApi({
    ...shared,
    server,
    sessions,
    requests,
    streamResponse: createRequestStreams(streaming),
    interactions,
    notifications,
    streams,
    authenticate,
    limits,
    basePath,
    mounts,
    administration: options.administration,
    operators: options.operators ?? [],
  })

  return { ...api, ...methods, close: (how = {}) => (closing ??= close(how)) }
}

interface Counted {
  readonly streams: Pick<EventStreams, 'size'>
  readonly stores: Pick<Stores, 'health'>
  readonly inFlight: Pick<InFlightRequests, 'size'>
}

function addGauges(metrics: Metrics, { streams, stores, inFlight }: Counted): void {
  metrics.gauge('mcp_streams_open', 'Event streams open.', () => streams.size)
  metrics.gauge('mcp_store_errors_total', 'Failed store operations.', () => stores.health().errors)
  metrics.gauge('mcp_sessions_live', 'Live sessions of the store.', () => stores.health().sessions)
  metrics.gauge('mcp_requests_running', 'Requests in flight.', () => inFlight.size)
}

/** Returns a path with a leading slash and without a trailing slash. */
function normalizePath(path = ''): string {
  return path.replace(/^\/*(?=[^/])/, '/').replace(/\/+$/, '')
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
