import type { Listeners, ReplicaChannel } from '@mcp/concurrency'
import type { ByteSink, Principal, RequestHead } from '@mcp/http'
import { createResponse, McpError } from '@mcp/protocol'
import type {
  Clock,
  MaybePromise,
  NotificationEnvelope,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'

import type { EventEncoding } from './events/event-stream.ts'
import type { EventStreams } from './events/event-streams.ts'
import type { Notifications } from './events/notifications.ts'
import type { RouteServer } from './http/route-server.ts'
import { createReplicaChannel } from './replica-channel.ts'
import { estimateSize } from './requests/estimate-size.ts'
import { responseOf } from './requests/pending-response.ts'
import type { Requests } from './requests/requests.ts'
import { requestCancelled } from './requests/requests.ts'
import type { CallContext } from './requests/incoming-request.ts'
import type { Session } from './sessions/session.ts'
import { toSession } from './sessions/session.ts'
import type { NewSessionOptions, Sessions } from './sessions/sessions.ts'
import type { Stores } from './store/stores.ts'

/** The caller of a method that is called directly instead of over HTTP. */
export interface Caller {
  /** Default: an anonymous caller. */
  readonly principal?: string | undefined
}

/** Options of {@link SessionManager.handle}. */
export interface HandleOptions
  extends Caller, CallContext, Partial<Pick<RequestContext, 'address' | 'signal'>> {
  /**
   * Whether the response is recorded under the id of the request, and returned again if the request is
   * repeated. Default: true.
   */
  readonly isRecorded?: boolean | undefined
}

/** Options of {@link SessionManager.openStream}. */
export interface OpenStreamOptions extends Caller {
  /** Cursor of the last event that the reader received. Default: the stream starts with new events. */
  readonly after?: string | undefined
  /** Format of the stream. Default: SSE events with notification envelopes. */
  readonly encoding?: EventEncoding | undefined
}

/** The methods of a session manager, for programs that call it directly and for its mounts. */
export interface SessionMethods {
  /**
   * Authenticates a caller and counts the request for its rate limit. Returns `undefined` for an
   * anonymous caller.
   *
   * @throws McpError `unauthenticated` or `rate-limited`.
   */
  identify(head: RequestHead): MaybePromise<Principal | undefined>
  openSession(options?: NewSessionOptions & Caller): Promise<Session>
  /** @throws McpError `session-not-found` */
  findSession(sessionId: string, caller?: Caller): Promise<Session>
  /** Touches a session, so that its idle time starts again. */
  touchSession(sessionId: string): void
  /**
   * Processes a request. Never rejects: a failure is returned as an error response. With `ask`, the
   * interactions of the operation go to this function instead of to the clients of the session.
   */
  handle(
    sessionId: string,
    request: RequestEnvelope,
    options?: HandleOptions,
  ): Promise<ResponseEnvelope>
  /**
   * Opens a stream of a session's events. Returns the function that starts it, for a `RawResponse`.
   *
   * @throws McpError `session-not-found`, `unavailable`, or `rate-limited` if the session has the maximum
   * number of streams. The returned function also throws `rate-limited`.
   */
  openStream(
    sessionId: string,
    options?: OpenStreamOptions,
  ): Promise<(sink: ByteSink) => () => void>
  /** Publishes a notification to a session, or to every session if the id is `all`. */
  publish(sessionId: string, notification: NotificationEnvelope): Promise<void>
  closeSession(sessionId: string, caller?: Caller): Promise<void>
  /** Calls a listener with the id of each session that ends, until the returned function is called. */
  onSessionEnded(listener: (sessionId: string) => void): () => void
  /**
   * Returns the channel with this name. It connects all session managers that share the stores. Returns
   * undefined if no other session manager can use the stores.
   */
  replicaChannel(name: string): ReplicaChannel | undefined
}

export interface SessionMethodsOptions {
  readonly server: Pick<RouteServer, 'identify'>
  readonly sessions: Sessions
  readonly requests: Pick<Requests, 'submit' | 'cancel'>
  readonly notifications: Pick<Notifications, 'publish'>
  readonly streams: Pick<EventStreams, 'assertCapacity' | 'open'>
  readonly stores: Pick<Stores, 'sessions' | 'signals' | 'isShared'>
  /** Receives the ids of the sessions that end. */
  readonly ended: Listeners<string>
  readonly clock: Clock
  /** Throws `unavailable` during shutdown. */
  readonly assertOpen: () => void
}

/** Maximum size that is estimated for a request. A larger request counts as this size. */
const maxEstimatedBytes = 64 * 1024 * 1024

export function createSessionMethods(options: SessionMethodsOptions): SessionMethods {
  const { server, sessions, requests, notifications, streams, stores, ended } = options
  const { clock, assertOpen } = options

  return {
    identify: (head) => server.identify(head),
    async openSession({ principal, ...fields } = {}) {
      return toSession(await sessions.open(principal, fields))
    },
    async findSession(sessionId, { principal } = {}) {
      return toSession(await sessions.find(sessionId, principal))
    },
    touchSession: (sessionId) => stores.sessions.touch(sessionId, clock.now()),
    async handle(sessionId, request, { principal, signal, isRecorded = true, ...context } = {}) {
      const cancel = (): void => void requests.cancel(sessionId, request.id)
      try {
        signal?.throwIfAborted()
        const caller = { sessionId, owner: principal, hasId: isRecorded }
        const bytes = estimateSize(request.payload, maxEstimatedBytes)
        const submitted = requests.submit({ ...caller, request, bytes, ...context })
        const pending = submitted instanceof Promise ? await submitted : submitted
        signal?.addEventListener('abort', cancel)
        if (signal?.aborted === true) cancel()
        const responding = responseOf(pending)
        const response = responding instanceof Promise ? await responding : responding
        return response.toEnvelope()
      } catch (thrown) {
        const error = signal?.aborted === true ? requestCancelled() : McpError.from(thrown)
        return createResponse(request.id, 'error', error)
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },
    async openStream(sessionId, { principal, after, encoding } = {}) {
      assertOpen()
      await sessions.find(sessionId, principal)
      const session = { sessionId, owner: principal }
      streams.assertCapacity(session)
      return (sink) => {
        // Other streams may have been opened meanwhile.
        streams.assertCapacity(session)
        return streams.open(session, after, sink, encoding)
      }
    },
    async publish(sessionId, notification) {
      await notifications.publish(sessionId, notification)
    },
    onSessionEnded: (listener) => ended.add(listener),
    replicaChannel: (name) =>
      stores.isShared ? createReplicaChannel(stores.signals, name) : undefined,
    async closeSession(sessionId, { principal } = {}) {
      await sessions.close(sessionId, principal)
    },
  }
}
