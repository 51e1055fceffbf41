import { createResponse, defaultLimits, McpError, systemClock } from '@mcp/protocol'
import type { Service } from '@mcp/http'
import type { Clock, NotificationEnvelope, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'

import type { Authenticate } from './http/authenticate.ts'
import type { SessionBodyLimits } from './http/bodies.ts'
import type { Core } from './core.ts'
import { createHandlers } from './http/handlers.ts'
import { createHeartbeats } from './events/heartbeats.ts'
import { createHotRoute } from './http/fast-route.ts'
import { createInteractions } from './requests/interactions.ts'
import { createMemoryStore } from './store/memory/memory-store.ts'
import { createMetrics } from './http/metrics.ts'
import { createNotifications } from './events/notifications.ts'
import { createOpenApi } from './http/openapi.ts'
import { createPresences } from './events/session-streams.ts'
import type { RequestDispatcher } from './requests/request-dispatcher.ts'
import { createRequestStreams } from './requests/request-stream.ts'
import { answerOf, createRequests } from './requests/requests.ts'
import type { Mount } from './http/router.ts'
import { createRouter } from './http/router.ts'
import { createRunTable } from './requests/in-flight-requests.ts'
import { createRunner } from './requests/request-runner.ts'
import type { Session } from './sessions/session.ts'
import { toSession } from './sessions/session.ts'
import type { NewSessionOptions } from './sessions/sessions.ts'
import { createSessions } from './sessions/sessions.ts'
import type { Signal, Store } from './store/store.ts'
import { createStreams } from './events/event-streams.ts'

/** What a session manager refuses, or closes, past these bounds. */
export interface SessionManagerLimits extends SessionBodyLimits {
  /** How many bytes may wait for a slow reader before its stream is closed. Default: 256 KiB. */
  readonly waitingBytes: number
  /** Event streams that one session may have open. Default: 64. */
  readonly streamsPerSession: number
}

export interface SessionManagerOptions {
  /** Where requests go, from `createDispatcher`. It is not closed with the session manager. */
  readonly dispatcher: RequestDispatcher
  /** Where sessions live. Default: a memory store of its own. */
  readonly store?: Store | undefined
  /** Says who asks. Default: nobody is asked, and knowing a session's id grants access to it. */
  readonly authenticate?: Authenticate | undefined
  /** What other processes of this system prove themselves with. Default: they are on this machine. */
  readonly serviceToken?: string | undefined
  /** How long a session may be idle, in milliseconds. Default: 30 minutes. */
  readonly idleTtlMs?: number | undefined
  /** The longest a client may ask for, in milliseconds. Default: one day. */
  readonly maxTtlMs?: number | undefined
  readonly limits?: Partial<SessionManagerLimits> | undefined
  /** Further handlers under the same roof, such as `/mcp`. Default: none. */
  readonly mounts?: readonly Mount[] | undefined
  /** The path it is mounted under, such as `/mcp-sessions`. Default: none. */
  readonly basePath?: string | undefined
  /** How long `close` lets requests finish, in milliseconds. Default: 10 seconds. */
  readonly graceMs?: number | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
  /** Told of what went wrong and no answer says. Default: do nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** Who acts, when the session manager is called without HTTP. */
export interface Caller {
  /** Default: an anonymous caller. */
  readonly principal?: string | undefined
}

/** Sessions, idempotent requests and resumable event streams, over HTTP or called directly. */
export interface SessionManager extends Service {
  readonly fastRoute: NonNullable<Service['fastRoute']>
  openSession(options?: NewSessionOptions & Caller): Promise<Session>
  /** Answers a request; never rejects. */
  handle(sessionId: string, request: RequestEnvelope, caller?: Caller): Promise<ResponseEnvelope>
  /** Tells a session something; with `all` in place of its id, every session. */
  publish(sessionId: string, notification: NotificationEnvelope): Promise<void>
  closeSession(sessionId: string, caller?: Caller): Promise<void>
}

const defaults: SessionManagerLimits = {
  ...defaultLimits,
  metadataBytes: 16 * 1024,
  waitingBytes: 256 * 1024,
  streamsPerSession: 64,
}
const sweepEveryMs = 1000
const keepAliveEveryMs = 5000

/**
 * Serves sessions in front of a dispatcher.
 *
 * @example
 * const manager = createSessionManager({ dispatcher: createDispatcher({ servers: [tools] }) })
 * const response = await manager.fetch(new Request('http://host/sessions', { method: 'POST' }))
 */
export function createSessionManager(options: SessionManagerOptions): SessionManager {
  const { dispatcher, authenticate, serviceToken, idleTtlMs = 1_800_000 } = options
  const { maxTtlMs = 86_400_000, mounts = [], graceMs = 10_000 } = options
  // With a slash before and none behind, however it was written.
  const basePath = (options.basePath ?? '').replace(/^\/*(?=[^/])/, '/').replace(/\/+$/, '')
  const { clock = systemClock, onError = () => {} } = options
  const limits = { ...defaults, ...options.limits }
  const store = options.store ?? createMemoryStore()

  const core: Core = {
    dispatcher,
    store,
    clock,
    runs: createRunTable(),
    presences: createPresences(),
    metrics: createMetrics(),
    onError,
    isClosing: false,
  }
  const heartbeats = createHeartbeats(clock)
  const sessions = createSessions(core, { idleTtlMs, maxTtlMs })
  const notifications = createNotifications(core)
  const interactions = createInteractions(core, notifications)
  const requests = createRequests(core, sessions, createRunner(core, interactions.ask))
  const streams = createStreams(core, { heartbeats, ...limits })
  const streamRequest = createRequestStreams({ clock, heartbeats, ...limits })
  const parts = { core, sessions, requests, streams, notifications, interactions, streamRequest }
  const handlers = createHandlers({ ...parts, authenticate, serviceToken, limits, basePath })
  const fetch = createRouter(core, handlers, {
    basePath,
    maxBodyBytes: limits.maxBodyBytes,
    mounts,
    openApi: createOpenApi(dispatcher, { basePath, isAuthenticated: authenticate !== undefined }),
  })
  core.metrics.gauge('mcp_streams_open', 'Event streams open.', () => streams.size)
  core.metrics.gauge('mcp_requests_running', 'Requests in flight.', () => core.runs.size)

  function hear(signal: Signal): void {
    switch (signal.type) {
      case 'appended':
        streams.broadcast(signal.event)
        break
      case 'ended':
        requests.cancelAll(signal.sessionId, sessionEnded())
        streams.endSession(signal.sessionId, signal.reason)
        break
      case 'cancel':
        requests.cancel(signal.sessionId, signal.requestId)
        break
      case 'resolved':
        interactions.resolved(signal.interactionId, signal.resolution)
        break
    }
  }

  const stops = [
    store.listen(undefined, hear),
    notifications.relay(),
    clock.every(sweepEveryMs, () => void sessions.sweep().catch(onError)),
    clock.every(keepAliveEveryMs, () => sessions.keepAlive()),
    () => heartbeats.stop(),
  ]
  let closing: Promise<void> | undefined

  async function close(): Promise<void> {
    core.isClosing = true
    await requests.finish(graceMs)
    streams.close()
    for (const stop of stops) stop()
    if (options.store === undefined) await store.close()
  }

  return {
    fetch: async (request, peer) => fetch(request, peer),
    fastRoute: createHotRoute(handlers, basePath),
    async openSession({ principal, ...rest } = {}) {
      return toSession(await sessions.open(principal, rest))
    },
    async handle(sessionId, request, { principal } = {}) {
      try {
        const received = { sessionId, owner: principal, request, hasId: true }
        const answer = await answerOf(await requests.admit(received))
        return answer.envelope()
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
    close: () => (closing ??= close()),
  }
}

function sessionEnded(): McpError {
  return new McpError('cancelled', 'The session ended before the request did.', {
    details: { reason: 'session-ended' },
  })
}
