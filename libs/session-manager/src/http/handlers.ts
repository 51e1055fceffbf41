import { chain } from '@mcp/concurrency'
import {
  createServiceAuth,
  envelopeResponse,
  errorResponse,
  jsonResponse,
  readJson,
  withoutCallerClaims,
} from '@mcp/http'
import {
  McpError,
  createResponse,
  isRecord,
  parseNotification,
  parseRequest,
  parseValue,
} from '@mcp/protocol'
import type { RawHandler, RawRequest, RawResponse } from '@mcp/http'
import type { MaybePromise, NotificationEnvelope, RequestEnvelope } from '@mcp/protocol'

import type { Authenticate } from './authenticate.ts'
import type { SessionBodyLimits } from './bodies.ts'
import { bodySchemas, readOptionalJson } from './bodies.ts'
import type { Core } from '../core.ts'
import { eventStreamHeaders } from '../events/event-frame.ts'
import type { Interactions } from '../requests/interactions.ts'
import type { Notifications } from '../events/notifications.ts'
import { assertNotOurs, assertNotReserved } from '../events/notifications.ts'
import { readLastEventId, readPageQuery } from './page-query.ts'
import type { StreamRequest } from '../requests/request-stream.ts'
import type { Admitted, Requests } from '../requests/requests.ts'
import { answerOf } from '../requests/requests.ts'
import type { Received } from '../requests/request-runner.ts'
import { sessionNotFound, toSession } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { isLive } from '../store/store.ts'
import type { Streams } from '../events/event-streams.ts'
import { assertTrusted } from './internal-caller.ts'

/** The parts that the HTTP surface shows. */
export interface Parts {
  readonly core: Core
  readonly sessions: Sessions
  readonly requests: Requests
  readonly streams: Streams
  readonly notifications: Notifications
  readonly interactions: Interactions
  readonly streamRequest: StreamRequest
  readonly authenticate: Authenticate | undefined
  readonly serviceToken: string | undefined
  readonly limits: SessionBodyLimits
  /** What stands before the paths that clients see. */
  readonly basePath: string
}

/** What HTTP can ask of a session manager; each makes a handler that never throws. */
export type Handlers = ReturnType<typeof createHandlers>

const noContent = { status: 204, headers: {}, body: '' } as const

export function createHandlers(parts: Parts) {
  const { core, sessions, requests, streams, notifications, interactions } = parts
  const { authenticate, serviceToken, limits } = parts
  const showsToken = createServiceAuth({ serviceToken, trustsLoopback: false })
  // Where callers must say who they are, being on this machine says nothing.
  const isTrusted = createServiceAuth({ serviceToken, trustsLoopback: authenticate === undefined })

  /** Knows the caller, then answers; whatever goes wrong becomes an answer as well. */
  function forCaller(
    handle: (request: RawRequest, owner: string | undefined) => MaybePromise<RawResponse>,
  ): RawHandler {
    if (authenticate === undefined) return guard((request) => handle(request, undefined))
    return guard((request) =>
      chain(authenticate(request), (principal) => {
        if (principal === undefined) throw unauthenticated()
        return handle(request, principal.id)
      }),
    )
  }

  function guard(handle: RawHandler): RawHandler {
    return (request) => {
      try {
        const answer = handle(request)
        return answer instanceof Promise ? answer.catch(fail) : answer
      } catch (thrown) {
        return fail(thrown)
      }
    }
  }

  function fail(thrown: unknown): RawResponse {
    const error = McpError.from(thrown)
    if (error.code === 'internal') {
      core.metrics.count('mcp_errors_total')
      core.onError(error)
    }
    const answer = errorResponse(error)
    if (answer.status !== 401) return answer
    return { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Bearer' } }
  }

  function failRequest(request: RequestEnvelope, thrown: unknown): RawResponse {
    const failed = fail(thrown)
    if (!McpError.is(thrown)) return failed
    return envelopeResponse(createResponse(request.id, 'error', thrown))
  }

  function postRequest(sessionId: string) {
    return forCaller((http, owner) => {
      const value = readJson(http, limits)
      const request = withoutCallerClaims(parseRequest(value))
      const hasId = isRecord(value) && typeof value['id'] === 'string'
      const isStream = http.header('accept')?.includes('text/event-stream') === true
      const received: Received = {
        sessionId,
        owner,
        request,
        hasId,
        body: hasId ? http.body : undefined,
        streams: isStream,
      }
      const answer = isStream ? parts.streamRequest : answerWhole
      try {
        const admitted = requests.admit(received)
        if (!(admitted instanceof Promise)) return answer(admitted)
        return admitted.then(answer).catch((thrown: unknown) => failRequest(request, thrown))
      } catch (thrown) {
        return failRequest(request, thrown)
      }
    })
  }

  function ownNotification(value: unknown): NotificationEnvelope {
    const { metadata, ...notification } = withoutCallerClaims(parseNotification(value))
    assertNotReserved(notification.type)
    const { sessionIds: _sessionIds, ...rest } = metadata
    return { ...notification, metadata: { ...rest, source: 'mcp-client' } }
  }

  return {
    guard,
    postRequest,
    openSession: () =>
      forCaller((http, owner) => {
        const body = parseValue('session', bodySchemas().session, readOptionalJson(http, limits))
        if (JSON.stringify(body.metadata ?? {}).length > limits.metadataBytes) {
          throw new McpError(
            'payload-too-large',
            `metadata is longer than ${limits.metadataBytes} characters.`,
            { details: { limit: 'metadataBytes', max: limits.metadataBytes } },
          )
        }
        return chain(sessions.open(owner, body), (session) =>
          jsonResponse(201, toSession(session), {
            location: `${parts.basePath}/sessions/${session.id}`,
          }),
        )
      }),
    listSessions: (query: URLSearchParams) =>
      forCaller((_http, owner) => {
        if (owner === undefined) throw unauthenticated()
        const { limit, cursor } = readPageQuery(query)
        return chain(core.store.list(owner, limit, cursor), ({ sessions, nextCursor }) =>
          jsonResponse(200, { sessions: sessions.map(toSession), nextCursor }),
        )
      }),
    readSession: (sessionId: string) =>
      forCaller((_http, owner) =>
        chain(sessions.find(sessionId, owner), (session) => jsonResponse(200, toSession(session))),
      ),
    closeSession: (sessionId: string) =>
      forCaller((_http, owner) => chain(sessions.close(sessionId, owner), () => noContent)),
    cancelRequest: (sessionId: string, requestId: string) =>
      forCaller((_http, owner) =>
        chain(sessions.find(sessionId, owner), () =>
          requests.cancel(sessionId, requestId)
            ? noContent
            : // Another replica may have it. If nobody does, it has ended, and that is as well.
              chain(core.store.tell({ type: 'cancel', sessionId, requestId }), () => noContent),
        ),
      ),
    openStream: (sessionId: string, query: URLSearchParams) =>
      forCaller((http, owner) => {
        const after = readLastEventId(
          http.header('last-event-id') ?? query.get('lastEventId') ?? undefined,
        )
        if (core.isClosing) throw new McpError('unavailable', 'The session manager is closing.')
        return chain(sessions.find(sessionId, owner), () => {
          streams.assertRoom(sessionId)
          return {
            status: 200,
            headers: eventStreamHeaders,
            stream: (sink) => streams.open(sessionId, after, sink),
          }
        })
      }),
    notifySession(sessionId: string): RawHandler {
      const asClient = forCaller((http, owner) =>
        chain(sessions.find(sessionId, owner), () =>
          chain(
            notifications.publish(sessionId, ownNotification(readJson(http, limits))),
            () => accepted,
          ),
        ),
      )
      const asServer = guard((http) =>
        chain(core.store.read(sessionId), (found) => {
          if (!isLive(found)) throw sessionNotFound(sessionId, found?.owner, found)
          const notification = serverNotification(readJson(http, limits))
          return chain(notifications.publish(sessionId, notification), () => accepted)
        }),
      )
      return (http) => (showsToken(http) ? asServer(http) : asClient(http))
    },
    notifyAll: () =>
      guard((http) => {
        assertTrusted(http, isTrusted)
        const notification = serverNotification(readJson(http, limits))
        return chain(notifications.publish('all', notification), () => accepted)
      }),
    answerInteraction: (sessionId: string, interactionId: string) =>
      forCaller((http, owner) =>
        chain(sessions.find(sessionId, owner), () => {
          const answer = parseValue('answer', bodySchemas().answer, readJson(http, limits))
          return chain(interactions.answer(sessionId, interactionId, answer), () => noContent)
        }),
      ),
    listServers: () =>
      forCaller(async () => jsonResponse(200, { servers: await core.dispatcher.servers() })),
  }
}

function answerWhole(admitted: Admitted): MaybePromise<RawResponse> {
  return chain(answerOf(admitted), (answer) => answer.http())
}

const accepted = jsonResponse(202, { status: 'accepted' })

function unauthenticated(): McpError {
  return new McpError(
    'unauthenticated',
    'Nobody knows who asks. Send "Authorization: Bearer <token>" with a valid token.',
  )
}

/** What a trusted server publishes: anything but what only a session manager may say. */
function serverNotification(value: unknown): NotificationEnvelope {
  const notification = parseNotification(value)
  assertNotOurs(notification.type)
  return notification
}
